package io.portolan.registry.stored;

import io.portolan.registry.Authorization;
import io.portolan.registry.Publication;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Status;
import io.portolan.registry.Terms;
import io.portolan.registry.stored.RegistryTables.EntryRow;
import io.portolan.registry.stored.RegistryTables.VersionKey;
import io.portolan.registry.stored.RegistryTables.VersionRow;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.TenantStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between rows and what they mean. Stateless. */
final class RegistryRows {
  private RegistryRows() {}

  static <C extends Record, R extends Record> void each(
      TenantStore store, Partition<C, R> partition, Slice<C> first, Consumer<R> action)
      throws InterruptedException {
    var slice = first;
    while (true) {
      Page<R> page = store.slice(partition, slice);
      page.rows().forEach(action);
      if (page.next() == null) {
        return;
      }
      slice = slice.after(page.next());
    }
  }

  static ServerEntry entry(EntryRow row) {
    return new ServerEntry(
        new ServerName(row.server()),
        row.handle(),
        row.latest() == null ? null : new ServerVersion(row.latest()),
        row.createdAt(),
        row.updatedAt(),
        row.revision());
  }

  static VersionRow row(ServerDraft draft, String handle, Status status) {
    var remote = remote(draft.source());
    var terms = draft.terms();
    return new VersionRow(
        new VersionKey(draft.version().value()),
        status.lifecycle(),
        status.message(),
        status.since(),
        status.since(),
        status.since(),
        handle,
        draft.title(),
        draft.description(),
        draft.ownerTeam(),
        remote == null ? null : remote.url().toString(),
        remote == null ? null : remote.transport(),
        Lines.of(remote == null ? Map.of() : remote.headers()),
        Lines.of(remote == null ? Map.of() : pairs(remote.authorization())),
        draft.source() instanceof Source.Packages(var packages) ? packages(packages) : null,
        terms.callTimeout().toMillis(),
        terms.region(),
        Lines.of(risks(terms)),
        draft.document(),
        1,
        draft.source() instanceof Source.Converted(var _, var how)
            ? ConversionLines.of(how)
            : null);
  }

  private static Source.@Nullable Remote remote(Source source) {
    return switch (source) {
      case Source.Remote remote -> remote;
      case Source.Converted(var document, var _) -> document;
      case Source.Packages _, Source.Described _ -> null;
    };
  }

  static Publication publication(String server, VersionRow row) {
    var draft =
        new ServerDraft(
            new ServerName(server),
            new ServerVersion(row.key().version()),
            row.handle(),
            row.title(),
            row.description(),
            row.ownerTeam(),
            source(row),
            terms(row),
            row.document());
    var status = new Status(row.lifecycle(), row.statusMessage(), row.statusChangedAt());
    return new Publication(draft, status, row.publishedAt(), row.updatedAt());
  }

  static VersionRow with(VersionRow row, Status status) {
    return new VersionRow(
        row.key(),
        status.lifecycle(),
        status.message(),
        status.since(),
        row.publishedAt(),
        status.since(),
        row.handle(),
        row.title(),
        row.description(),
        row.ownerTeam(),
        row.url(),
        row.transport(),
        row.headers(),
        row.authorization(),
        row.packages(),
        row.callTimeoutMillis(),
        row.region(),
        row.risks(),
        row.document(),
        row.revision() + 1,
        row.conversion());
  }

  private static Source source(VersionRow row) {
    if (row.url() == null) {
      return row.packages() == null
          ? new Source.Described()
          : new Source.Packages(packages(row.packages()));
    }
    var remote =
        new Source.Remote(
            URI.create(row.url()),
            Objects.requireNonNullElse(row.transport(), HttpTransport.DETECT),
            Lines.read(row.headers()),
            authorization(Lines.read(row.authorization())));
    return row.conversion() == null
        ? remote
        : new Source.Converted(remote, ConversionLines.read(row.conversion()));
  }

  private static Terms terms(VersionRow row) {
    var risks = new LinkedHashMap<String, Risk>();
    Lines.read(row.risks()).forEach((tool, risk) -> risks.put(tool, Risk.valueOf(risk)));
    return new Terms(Duration.ofMillis(row.callTimeoutMillis()), row.region(), risks);
  }

  private static Map<String, String> risks(Terms terms) {
    var risks = new LinkedHashMap<String, String>();
    terms.risks().forEach((tool, risk) -> risks.put(tool, risk.name()));
    return risks;
  }

  private static String packages(List<Source.PackageReference> packages) {
    var out = new StringBuilder();
    for (var each : packages) {
      out.append(each.registryType()).append(' ').append(each.identifier()).append(' ');
      out.append(each.version()).append('\n');
    }
    return out.toString();
  }

  private static List<Source.PackageReference> packages(String lines) {
    var packages = new ArrayList<Source.PackageReference>();
    for (var line : lines.split("\n")) {
      var words = line.split(" ", 3);
      packages.add(new Source.PackageReference(words[0], words[1], words[2]));
    }
    return packages;
  }

  private static Map<String, String> pairs(@Nullable Authorization authorization) {
    var pairs = new LinkedHashMap<String, String>();
    if (authorization == null) {
      return pairs;
    }
    pairs.put("grant", authorization.grant().name());
    pairs.put("client-id", authorization.clientId());
    pairs.put("client-authentication", authorization.clientAuthentication().name());
    pairs.put("scopes", String.join(" ", authorization.scopes()));
    pairs.put("resource", authorization.resource().toString());
    putIfThere(pairs, "issuer", authorization.issuer());
    putIfThere(pairs, "token-endpoint", authorization.tokenEndpoint());
    putIfThere(pairs, "client-secret", authorization.clientSecret());
    putIfThere(pairs, "audience", authorization.audience());
    putIfThere(pairs, "lists-as", authorization.listsAs());
    return pairs;
  }

  private static void putIfThere(Map<String, String> pairs, String name, @Nullable Object value) {
    if (value != null) {
      pairs.put(name, value.toString());
    }
  }

  private static @Nullable Authorization authorization(Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return null;
    }
    var scopes = pairs.getOrDefault("scopes", "");
    return new Authorization(
        Authorization.Grant.valueOf(required(pairs, "grant")),
        uri(pairs.get("issuer")),
        uri(pairs.get("token-endpoint")),
        required(pairs, "client-id"),
        pairs.get("client-secret"),
        Authorization.ClientAuthentication.valueOf(required(pairs, "client-authentication")),
        scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
        URI.create(required(pairs, "resource")),
        pairs.get("audience"),
        pairs.get("lists-as"));
  }

  private static String required(Map<String, String> pairs, String name) {
    return Objects.requireNonNull(pairs.get(name), name);
  }

  private static @Nullable URI uri(@Nullable String text) {
    return text == null ? null : URI.create(text);
  }
}
