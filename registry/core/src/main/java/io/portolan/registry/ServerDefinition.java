package io.portolan.registry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One MCP server as its operator defined it: a name and a way to reach it. Immutable. */
public sealed interface ServerDefinition {
  /**
   * The server's name, unique in its tenant: the key in {@code mcpServers}, kept as it is written.
   */
  String name();

  /** The longest a single call to this server may take. */
  Duration callTimeout();

  /** The same server under another name. */
  ServerDefinition named(String other);

  /** Values that stand in the definition and are never to be shown. */
  Set<String> secrets();

  /** A text about the server, which may come from it, without the definition's secrets. */
  default String redacted(String text) {
    return hidden(text, secrets());
  }

  private static String hidden(String text, Set<String> secrets) {
    var shown = text;
    for (var secret : secrets) {
      shown = secret.isEmpty() ? shown : shown.replace(secret, "[redacted]");
    }
    return shown;
  }

  /**
   * A server reached over HTTP.
   *
   * @param name 1 to 160 characters
   * @param url an absolute http or https URL
   * @param transport what the operator says the server speaks; {@link HttpTransport#DETECT} probes
   * @param headers sent with every request; values may be secrets and never reach a log
   * @param callTimeout more than zero, at most 10 minutes
   * @param authorization how the gateway gets the access tokens that it shows the server; null
   *     where it shows none
   * @param secrets values of secrets that stand in it; never to be shown
   * @param namedBy whose word the URL is
   */
  record Http(
      String name,
      URI url,
      HttpTransport transport,
      Map<String, String> headers,
      Duration callTimeout,
      @Nullable Authorization authorization,
      Set<String> secrets,
      NamedBy namedBy)
      implements ServerDefinition {
    /** An operator's server without secrets. */
    public Http(
        String name,
        URI url,
        HttpTransport transport,
        Map<String, String> headers,
        Duration callTimeout) {
      this(name, url, transport, headers, callTimeout, null, Set.of(), NamedBy.OPERATOR);
    }

    public Http {
      requireName(name);
      requireTimeout(callTimeout);
      headers = Map.copyOf(headers);
      secrets = Set.copyOf(secrets);
      if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          || url.getHost() == null) {
        throw new IllegalArgumentException(
            "url of server '"
                + name
                + "' must be an absolute http or https URL: "
                + hidden(url.toString(), secrets));
      }
    }

    @Override
    public Http named(String other) {
      return new Http(other, url, transport, headers, callTimeout, authorization, secrets, namedBy);
    }

    @Override
    public String toString() {
      return "Http["
          + name
          + " "
          + hidden(url.toString(), secrets)
          + " headers="
          + headers.keySet()
          + "]";
    }
  }

  /**
   * An HTTP API whose operations are tools, by its OpenAPI document.
   *
   * @param at where the document is, and what is shown there and to the API; where the document is
   *     a file, the API
   */
  record OpenApi(Http at, OpenApiTerms terms) implements ServerDefinition {
    @Override
    public String name() {
      return at.name();
    }

    @Override
    public Duration callTimeout() {
      return at.callTimeout();
    }

    @Override
    public OpenApi named(String other) {
      return new OpenApi(at.named(other), terms);
    }

    @Override
    public Set<String> secrets() {
      return at.secrets();
    }
  }

  /** Whose word the address of a server is, and so where it may lead. */
  enum NamedBy {
    /** The operator of the gateway, who knows the network around it: anywhere. */
    OPERATOR,
    /** Somebody who registered it: where the outbound guard lets it. */
    TENANT
  }

  /** Which HTTP transport a server speaks. */
  enum HttpTransport {
    /** Probe: Streamable HTTP in the modern era, then legacy, then HTTP+SSE. */
    DETECT,
    /** Streamable HTTP, either era. */
    STREAMABLE,
    /** The HTTP+SSE transport of 2024-11-05. */
    SSE
  }

  /**
   * A server run as a child process that speaks over its standard input and output.
   *
   * @param name 1 to 160 characters
   * @param command the program, looked up on PATH when it has no slash
   * @param args its arguments, passed as they are: there is no shell
   * @param env added to the environment; values may be secrets and never reach a log
   * @param workingDirectory where it runs; empty for the gateway's own
   * @param callTimeout more than zero, at most 10 minutes
   * @param secrets values of secrets that stand in arguments or environment; never to be shown
   */
  record Stdio(
      String name,
      String command,
      List<String> args,
      Map<String, String> env,
      WorkingDirectory workingDirectory,
      Duration callTimeout,
      Set<String> secrets)
      implements ServerDefinition {
    /** A server without secrets. */
    public Stdio(
        String name,
        String command,
        List<String> args,
        Map<String, String> env,
        WorkingDirectory workingDirectory,
        Duration callTimeout) {
      this(name, command, args, env, workingDirectory, callTimeout, Set.of());
    }

    public Stdio {
      requireName(name);
      requireTimeout(callTimeout);
      secrets = Set.copyOf(secrets);
      args = List.copyOf(args);
      env = Map.copyOf(env);
      if (command.isBlank()) {
        throw new IllegalArgumentException("command of server '" + name + "' is empty");
      }
    }

    @Override
    public Stdio named(String other) {
      return new Stdio(other, command, args, env, workingDirectory, callTimeout, secrets);
    }

    @Override
    public String toString() {
      return "Stdio[" + name + " " + command + " env=" + env.keySet() + "]";
    }
  }

  /**
   * A server that cannot be reached as it is defined: it refers to a secret that there is not, say.
   *
   * @param name 1 to 160 characters
   * @param reason why, for operators
   * @param callTimeout more than zero, at most 10 minutes
   */
  record Unusable(String name, String reason, Duration callTimeout) implements ServerDefinition {
    public Unusable {
      requireName(name);
      requireTimeout(callTimeout);
    }

    @Override
    public Unusable named(String other) {
      return new Unusable(other, reason, callTimeout);
    }

    @Override
    public Set<String> secrets() {
      return Set.of();
    }
  }

  /** Where a child process runs. */
  sealed interface WorkingDirectory {
    /** The directory the gateway itself was started in. */
    record Inherited() implements WorkingDirectory {}

    /** A directory of the operator's choice. */
    record At(Path path) implements WorkingDirectory {}
  }

  private static void requireName(String name) {
    if (name.isBlank() || name.length() > 160) {
      throw new IllegalArgumentException(
          "server name must have 1 to 160 characters, has " + name.length() + ": '" + name + "'");
    }
  }

  private static void requireTimeout(Duration timeout) {
    if (!timeout.isPositive() || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("call timeout must be in (0, PT10M]: " + timeout);
    }
  }
}
