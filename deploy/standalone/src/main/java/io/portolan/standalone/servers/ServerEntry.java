package io.portolan.standalone.servers;

import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.registry.ServerDefinition.WorkingDirectory;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Flag;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one server's entry, in any of the shapes the common IDEs write: a command to run, or a URL
 * under {@code url}, {@code serverUrl} or {@code httpUrl}. Members it does not know are left alone:
 * each IDE has its own.
 */
final class ServerEntry {
  private static final Set<String> STDIO = Set.of("stdio", "local");
  private static final Set<String> STREAMABLE =
      Set.of("http", "streamable-http", "streamablehttp", "streamable_http");
  private static final List<String> URL_NAMES = List.of("url", "serverUrl", "httpUrl");

  private final Findings findings;
  private final EntryText text;
  private final Path workspace;
  private final Duration defaultTimeout;

  ServerEntry(Findings findings, EntryText text, Path workspace, Duration defaultTimeout) {
    this.findings = findings;
    this.text = text;
    this.workspace = workspace;
    this.defaultTimeout = defaultTimeout;
  }

  /** The definition; empty when the entry is switched off or wrong, which the findings say. */
  Optional<ServerDefinition> read(Member entry) {
    if (!(entry.value() instanceof Mapping members)) {
      text.wrongType(entry, "an object with \"command\" or \"url\"");
      return Optional.empty();
    }
    if (switchedOff(entry.name(), members)) {
      return Optional.empty();
    }
    if (entry.name().isBlank() || entry.name().length() > 64) {
      findings.problem(
          entry.at(),
          "the server name has " + entry.name().length() + " characters",
          "a name of 1 to 64 characters");
      return Optional.empty();
    }
    var command = members.find("command");
    var url = URL_NAMES.stream().flatMap(name -> members.find(name).stream()).findFirst();
    var type = members.find("type").or(() -> members.find("transport")).flatMap(this::type);
    var document = text.isOwn() ? members.find("openapi") : Optional.<Member>empty();
    if (document.isPresent()) {
      if (command.isPresent() || url.isPresent()) {
        findings.problem(
            document.get().at(),
            server(entry) + " has \"openapi\" and " + (url.isPresent() ? "a URL" : "a \"command\""),
            "\"openapi\" for an HTTP API, \"command\" or \"url\" for an MCP server, not both");
        return Optional.empty();
      }
      return new OpenApiText(findings, text, workspace)
          .read(entry.name(), members, document.get(), timeout(members));
    }
    if (command.isPresent() && url.isPresent()) {
      findings.problem(
          url.get().at(),
          server(entry) + " has both \"command\" and \"" + url.get().name() + "\"",
          "\"command\" for a program to run, or \"url\" for a remote server, not both");
      return Optional.empty();
    }
    if (command.isEmpty() && url.isEmpty()) {
      findings.problem(
          entry.at(),
          server(entry) + " has neither \"command\" nor \"url\"",
          missing(type.orElse(null)));
      return Optional.empty();
    }
    return command.isPresent()
        ? stdio(entry, members, command.get(), type.orElse(null))
        : http(entry, members, url.orElseThrow(), type.orElse(null));
  }

  private static String missing(@Nullable String type) {
    if (type == null) {
      return "\"command\" for a program to run, or \"url\" for a remote server";
    }
    return STDIO.contains(type)
        ? "\"command\", the program to run, since its type is \"" + type + "\""
        : "\"url\", where the server is, since its type is \"" + type + "\"";
  }

  private boolean switchedOff(String name, Mapping members) {
    for (var word : List.of("disabled", "enabled")) {
      var member = members.find(word);
      if (member.isPresent()) {
        if (!(member.get().value() instanceof Flag flag)) {
          text.wrongType(member.get(), "true or false");
        } else if (flag.value() == word.equals("disabled")) {
          findings.notice(
              member.get().at(),
              "server \"" + name + "\" is left out: \"" + word + "\" is " + flag.value());
          return true;
        }
      }
    }
    return false;
  }

  private Optional<String> type(Member member) {
    var type = text.string(member).map(value -> value.toLowerCase(Locale.ROOT));
    if (type.isPresent() && !known(type.get())) {
      findings.problem(
          member.value().at(),
          "\"" + member.name() + "\" is \"" + type.get() + "\"",
          "\"stdio\", \"http\", \"streamable-http\" or \"sse\"");
      return Optional.empty();
    }
    return type;
  }

  private static boolean known(String type) {
    return STDIO.contains(type)
        || STREAMABLE.contains(type)
        || type.equals("sse")
        || type.equals("remote");
  }

  private Optional<ServerDefinition> stdio(
      Member entry, Mapping members, Member command, @Nullable String type) {
    if (type != null && !STDIO.contains(type)) {
      findings.problem(
          command.at(),
          server(entry) + " has a \"command\" but its type is \"" + type + "\"",
          missing(type));
    }
    var program = text.withoutSecrets(command);
    if (program.isPresent() && program.get().isBlank()) {
      findings.problem(command.value().at(), "\"command\" is empty", "the program to run");
      program = Optional.empty();
    }
    var args = members.find("args").map(text::strings).orElse(List.of());
    if (args.stream().anyMatch(arg -> !SecretReferences.in(arg).isEmpty())) {
      findings.notice(
          members.find("args").map(Member::at).orElse(members.at()),
          "a secret in \"args\" of "
              + server(entry)
              + " can be read by everybody on this machine; \"env\" hides it");
    }
    var env = environment(members);
    var directory =
        members
            .find("cwd")
            .flatMap(text::withoutSecrets)
            .map(cwd -> workspace.resolve(cwd).normalize());
    var timeout = timeout(members);
    return program.map(
        found ->
            new ServerDefinition.Stdio(
                entry.name(),
                found,
                args,
                env,
                directory
                    .<WorkingDirectory>map(WorkingDirectory.At::new)
                    .orElseGet(WorkingDirectory.Inherited::new),
                timeout));
  }

  /** What {@code envFile} holds, and over it what {@code env} says. */
  private Map<String, String> environment(Mapping members) {
    var env = new LinkedHashMap<String, String>();
    members
        .find("envFile")
        .ifPresent(
            member ->
                text.withoutSecrets(member)
                    .map(
                        name ->
                            EnvFile.read(workspace.resolve(name), member.value().at(), findings))
                    .ifPresent(env::putAll));
    members.find("env").map(text::pairs).ifPresent(env::putAll);
    for (var name : env.keySet()) {
      if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0) {
        findings.problem(
            members.find("env").map(Member::at).orElse(members.at()),
            "\"" + name + "\" cannot be the name of an environment variable",
            "a name without \"=\"");
      }
    }
    return env;
  }

  private Optional<ServerDefinition> http(
      Member entry, Mapping members, Member url, @Nullable String type) {
    if (type != null && STDIO.contains(type)) {
      findings.problem(
          url.at(),
          server(entry) + " has a \"" + url.name() + "\" but its type is \"" + type + "\"",
          missing(type));
    }
    var address = text.string(url).flatMap(value -> RemoteText.url(url, value, findings));
    var headers =
        members
            .find("headers")
            .map(member -> RemoteText.headers(member, text.pairs(member), findings))
            .orElse(Map.of());
    var timeout = timeout(members);
    var section = text.isOwn() ? members.find("authorization") : Optional.<Member>empty();
    if (section.isPresent()
        && headers.keySet().stream().anyMatch("Authorization"::equalsIgnoreCase)) {
      findings.problem(
          section.get().at(),
          server(entry) + " has both \"authorization\" and a header Authorization",
          "one of them");
    }
    return address.map(
        found ->
            new ServerDefinition.Http(
                entry.name(),
                found,
                transport(url, type),
                headers,
                timeout,
                section
                    .flatMap(member -> new AuthorizationText(findings, text).read(member, found))
                    .orElse(null),
                Set.of(),
                NamedBy.OPERATOR));
  }

  private static HttpTransport transport(Member url, @Nullable String type) {
    if (type == null || type.equals("remote")) {
      return url.name().equals("httpUrl") ? HttpTransport.STREAMABLE : HttpTransport.DETECT;
    }
    return type.equals("sse") ? HttpTransport.SSE : HttpTransport.STREAMABLE;
  }

  private Duration timeout(Mapping members) {
    return members
        .find("timeout")
        .or(() -> members.find("call-timeout"))
        .flatMap(member -> EntryTimeout.read(member, findings))
        .orElse(defaultTimeout);
  }

  private static String server(Member entry) {
    return "server \"" + entry.name() + "\"";
  }
}
