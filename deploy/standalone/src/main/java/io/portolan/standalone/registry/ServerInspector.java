package io.portolan.standalone.registry;

import io.portolan.gateway.core.admission.ClaimedRisk;
import io.portolan.gateway.core.catalogue.Inspection;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.catalogue.ServerSnapshot;
import io.portolan.gateway.core.upstream.UpstreamFactory;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.Source;
import io.portolan.registry.pin.Suspicion;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultSealedException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a server that somebody wants to register, with what the gateway will use: the guard, the
 * tenant's secrets, the transports, the limits. Thread-safe; blocks.
 */
public final class ServerInspector {
  private static final int AT_A_TIME_MAX = 8;
  private static final int WARNINGS_MAX = 100;
  private static final Duration DOCUMENT_LOOK_MAX = Duration.ofSeconds(25);

  private final OutboundGuard guard;
  private final Vault vault;
  private final UpstreamFactory upstreams;
  private final Semaphore room = new Semaphore(AT_A_TIME_MAX);

  /**
   * @param guard the one that {@code upstreams} asks
   */
  public ServerInspector(OutboundGuard guard, Vault vault, UpstreamFactory upstreams) {
    this.guard = guard;
    this.vault = vault;
    this.upstreams = upstreams;
  }

  /** What judges the addresses that are named. */
  public OutboundGuard guard() {
    return guard;
  }

  /** What came of looking. */
  sealed interface Look {
    /**
     * It can be used.
     *
     * @param transport that was found; of MCP
     * @param offered all that it offers
     */
    record Usable(Report report, HttpTransport transport, ServerSnapshot offered) implements Look {}

    /** It is described only: nobody reaches it. */
    record Described() implements Look {}

    /**
     * It cannot be used.
     *
     * @param why and what to do about it, for who wants to register it
     */
    record Unusable(String why) implements Look {}

    /** As many are looked at as can be at a time. */
    record Busy() implements Look {}
  }

  /** Looks at a server, for some seconds at most. */
  Look look(TenantId tenant, ServerDraft draft, Deadline deadline) throws InterruptedException {
    var definition = draft.definition();
    if (definition.isEmpty()) {
      return new Look.Described();
    }
    if (!room.tryAcquire()) {
      return new Look.Busy();
    }
    try {
      return look(tenant, definition.get(), deadline);
    } finally {
      room.release();
    }
  }

  private Look look(TenantId tenant, ServerDefinition written, Deadline deadline)
      throws InterruptedException {
    var values = new HashMap<String, String>();
    for (var name : SecretReferences.in(written)) {
      try {
        var value = vault.get(tenant, name, deadline);
        if (value.isEmpty()) {
          return new Look.Unusable(
              "There is no secret " + name + "; set it with: portolan secret set " + name);
        }
        values.put(name, value.get());
      } catch (VaultSealedException _) {
        return new Look.Unusable("The secret " + name + " cannot be opened; set it again");
      }
    }
    try {
      return switch (SecretReferences.filled(written, values)) {
        case ServerDefinition.Http http -> {
          var refusal = refusal(http.url());
          yield refusal == null ? tried(http, deadline) : refusal;
        }
        case ServerDefinition.OpenApi api -> {
          var refusal = refusal(api.at().url());
          var base = api.terms().baseUrl();
          refusal = refusal == null && base != null ? refusal(base) : refusal;
          yield refusal == null ? converted(api, deadline) : refusal;
        }
        case ServerDefinition.Stdio _, ServerDefinition.Unusable _ ->
            throw new IllegalStateException("nobody registers a program");
      };
    } catch (IllegalArgumentException e) {
      return new Look.Unusable("The server is refused: " + e.getMessage());
    }
  }

  private @Nullable Look refusal(URI url) {
    try {
      var _ = guard.addresses(url);
      return null;
    } catch (OutboundRefusedException e) {
      return new Look.Unusable("The server is refused: " + e.getMessage());
    } catch (UnknownHostException _) {
      return new Look.Unusable(
          "The host " + url.getHost() + " has no address; expected the name of a host");
    }
  }

  private Look converted(ServerDefinition.OpenApi api, Deadline deadline)
      throws InterruptedException {
    try (var upstream = upstreams.create(api)) {
      var seen = Inspection.of(upstream, deadline.orIn(DOCUMENT_LOOK_MAX));
      return judged(api.name(), "openapi", api.at(), seen, upstream.notes());
    } catch (UpstreamUnavailable e) {
      return new Look.Unusable(Refusals.ofDocument(e.failure(), api.at().url()));
    }
  }

  /** Where the transport is to be found out, one after the other. */
  private Look tried(ServerDefinition.Http server, Deadline deadline) throws InterruptedException {
    var transports =
        server.transport() == HttpTransport.DETECT
            ? List.of(HttpTransport.STREAMABLE, HttpTransport.SSE)
            : List.of(server.transport());
    UpstreamFailure first = null;
    for (var transport : transports) {
      try (var upstream = upstreams.create(with(server, transport))) {
        var looked = with(server, transport);
        var seen = Inspection.of(upstream, deadline.orIn(Refusals.LOOK_MAX));
        return judged(
            server.name(), ServerJson.transport(transport), looked, seen, upstream.notes());
      } catch (UpstreamUnavailable e) {
        first = first == null ? e.failure() : first;
        if (!saysNoPost(e.failure())) {
          break;
        }
      }
    }
    return new Look.Unusable(Refusals.of(Objects.requireNonNull(first), server.url()));
  }

  private static boolean saysNoPost(UpstreamFailure failure) {
    return failure instanceof UpstreamFailure.Refused(var status, var _)
        && status >= 400
        && status < 500
        && status != 401
        && status != 403;
  }

  private static ServerDefinition.Http with(ServerDefinition.Http server, HttpTransport transport) {
    return new ServerDefinition.Http(
        server.name(),
        server.url(),
        transport,
        server.headers(),
        server.callTimeout(),
        server.authorization(),
        server.secrets(),
        server.namedBy());
  }

  /** The draft with the transport that was found, so that nobody has to find it again. */
  static ServerDraft found(ServerDraft draft, HttpTransport transport) {
    if (!(draft.source() instanceof Source.Remote remote)) {
      return draft;
    }
    var source =
        new Source.Remote(remote.url(), transport, remote.headers(), remote.authorization());
    return new ServerDraft(
        draft.name(),
        draft.version(),
        draft.handle(),
        draft.title(),
        draft.description(),
        draft.ownerTeam(),
        source,
        draft.terms(),
        ServerJson.document(
            draft.name(),
            draft.version(),
            new ServerJson.Words(draft.title(), draft.description()),
            source));
  }

  private static Look judged(
      String name,
      String transport,
      ServerDefinition.Http server,
      ServerSnapshot seen,
      List<String> notes) {
    var tools = new ArrayList<Report.Tool>();
    var warnings = new ArrayList<>(notes);
    for (var item : seen.list(ListKind.TOOLS).items()) {
      var schema = JsonView.of(item.json()).get("inputSchema");
      var path = "tools[" + tools.size() + "] '" + item.key() + "': inputSchema";
      if (schema == null || !schema.isObject()) {
        return new Look.Unusable(path + " is no object; expected a JSON Schema of type object");
      }
      var type = JsonView.of(schema).string("type");
      if (!"object".equals(type)) {
        return new Look.Unusable(path + ".type is '" + type + "'; expected 'object'");
      }
      var offered = Names.qualified(name, item.key());
      if (!offered.endsWith("__" + item.key())) {
        warnings.add("the tool '" + item.key() + "' is offered as " + offered);
      }
      warn("the tool '" + item.key() + "'", item.json().text(), warnings);
      tools.add(new Report.Tool(item.key(), offered, ClaimedRisk.of(item.json())));
    }
    var instructions = seen.instructions();
    if (instructions != null) {
      warn(
          "the server's instructions",
          new JsonWriter().value(instructions).toSlice().text(),
          warnings);
    }
    if (tools.isEmpty()) {
      warnings.add("the server offers no tools");
    }
    if (server.url().getScheme().equalsIgnoreCase("http")) {
      warnings.add("the server is reached without TLS");
    }
    var others =
        new Report.Others(
            seen.list(ListKind.RESOURCES).items().size(),
            seen.list(ListKind.TEMPLATES).items().size(),
            seen.list(ListKind.PROMPTS).items().size());
    return new Look.Usable(
        new Report(transport, eras(seen), tools, others, warnings), server.transport(), seen);
  }

  /** Says what in a definition looks as if it were meant to steer models. */
  private static void warn(String what, String json, List<String> warnings) {
    if (warnings.size() >= WARNINGS_MAX) {
      return;
    }
    try {
      var suspicion = Suspicion.ofDefinition(json);
      if (suspicion.isSuspicious()) {
        warnings.add(what + " may be meant to steer models: " + suspicion.reasons());
      }
    } catch (IllegalArgumentException e) {
      warnings.add(what + " cannot be looked at: " + e.getMessage());
    }
  }

  private static List<String> eras(ServerSnapshot seen) {
    var eras = new ArrayList<String>();
    if (seen.profile().speaks(Era.MODERN)) {
      for (var version : seen.profile().hello(Era.MODERN).items("supportedVersions")) {
        if (version.isString()) {
          eras.add(version.string());
        }
      }
    }
    if (seen.profile().speaks(Era.LEGACY)) {
      var version = seen.profile().hello(Era.LEGACY).string("protocolVersion");
      if (version != null && !eras.contains(version)) {
        eras.add(version);
      }
    }
    return eras;
  }
}
