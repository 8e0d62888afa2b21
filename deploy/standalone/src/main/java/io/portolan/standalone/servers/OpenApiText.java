package io.portolan.standalone.servers;

import io.portolan.registry.Authorization;
import io.portolan.registry.OpenApiTerms;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the entry of an HTTP API: {@code openapi}, and how its operations become tools. */
final class OpenApiText {
  private static final Set<String> KEYS =
      Set.of(
          "openapi",
          "base-url",
          "include",
          "exclude",
          "credentials",
          "headers",
          "authorization",
          "timeout",
          "call-timeout",
          "disabled",
          "enabled");

  private final Findings findings;
  private final EntryText text;
  private final Path workspace;

  OpenApiText(Findings findings, EntryText text, Path workspace) {
    this.findings = findings;
    this.text = text;
    this.workspace = workspace;
  }

  /** The definition; empty when the entry is wrong, which the findings say. */
  Optional<ServerDefinition> read(String name, Mapping members, Member document, Duration timeout) {
    var before = findings.problems().size();
    rejectUnknown(name, members);
    var where = text.string(document).orElse("");
    var isUrl = where.contains("://");
    var file =
        isUrl
            ? null
            : text.withoutSecrets(document)
                .map(path -> workspace.resolve(path).normalize())
                .orElse(null);
    var base =
        members
            .find("base-url")
            .flatMap(
                member ->
                    text.withoutSecrets(member)
                        .flatMap(value -> RemoteText.url(member, value, findings)))
            .orElse(null);
    var url = isUrl ? RemoteText.url(document, where, findings).orElse(null) : base;
    if (file != null && base == null && members.find("base-url").isEmpty()) {
      findings.problem(
          document.at(),
          "server \"" + name + "\" has a file under \"openapi\" and no \"base-url\"",
          "base-url, the URL that calls go to");
    }
    var headers =
        members
            .find("headers")
            .map(member -> RemoteText.headers(member, text.pairs(member), findings))
            .orElse(Map.of());
    var include = members.find("include").map(text::strings).orElse(List.of());
    var exclude = members.find("exclude").map(text::strings).orElse(List.of());
    var credentials = members.find("credentials").map(text::pairs).orElse(Map.of());
    var authorization = authorization(members, headers, base == null ? url : base);
    if (url == null || findings.problems().size() > before) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ServerDefinition.OpenApi(
              new ServerDefinition.Http(
                  name,
                  url,
                  HttpTransport.DETECT,
                  headers,
                  timeout,
                  authorization,
                  Set.of(),
                  NamedBy.OPERATOR),
              new OpenApiTerms(file, base, include, exclude, credentials)));
    } catch (IllegalArgumentException e) {
      findings.problem(
          document.at(), String.valueOf(e.getMessage()), "what docs/openapi.md describes");
      return Optional.empty();
    }
  }

  private @Nullable Authorization authorization(
      Mapping members, Map<String, String> headers, @Nullable URI api) {
    var section = members.find("authorization");
    if (section.isEmpty() || api == null) {
      return null;
    }
    if (headers.keySet().stream().anyMatch("Authorization"::equalsIgnoreCase)) {
      findings.problem(
          section.get().at(),
          "there are both \"authorization\" and a header Authorization",
          "one of them");
    }
    return new AuthorizationText(findings, text).read(section.get(), api).orElse(null);
  }

  private void rejectUnknown(String name, Mapping members) {
    for (var member : members.members()) {
      if (!KEYS.contains(member.name())) {
        findings.problem(
            member.at(),
            "server \"" + name + "\" has an unknown key \"" + member.name() + "\"",
            "one of " + String.join(", ", KEYS.stream().sorted().toList()));
      }
    }
  }
}
