package io.portolan.bench.load;

import java.io.IOException;
import java.net.URI;

/** What the connections of one run do. */
public sealed interface Work {
  /** Calls the echo tool of that name. */
  record Echo(String tool) implements Work {}

  /** Calls the tool of that name that answers with 64 KiB. */
  record Big(String tool) implements Work {}

  /** Calls the echo tool of that name in the modern era. */
  record ModernEcho(String tool) implements Work {}

  /** The same by callers that prove who they are. */
  record SignedEcho(String tool, Bearers bearers) implements Work {}

  /** Asks for the first page of tools/list. */
  record ListTools() implements Work {}

  /** Opens a session, calls the echo tool of that name and deletes the session. */
  record Churn(String tool) implements Work {}

  /** Whether a connection needs a session before the work begins, and one is to be ended after. */
  default boolean inSession() {
    return switch (this) {
      case Echo _, Big _, ListTools _ -> true;
      case ModernEcho _, SignedEcho _, Churn _ -> false;
    };
  }

  /** What one connection says; may make an exchange of its own to learn what to expect. */
  default Conversation on(McpClient client, Ids ids) throws IOException, BadReplyException {
    URI endpoint = client.endpoint();
    var session = client.sessionId();
    return switch (this) {
      case Echo(var tool) -> RepeatedCall.echo(endpoint, session, tool, ids);
      case Big(var tool) -> RepeatedCall.big(endpoint, session, tool, ids);
      case ModernEcho(var tool) -> RepeatedCall.modernEcho(endpoint, tool, ids);
      case SignedEcho(var tool, var bearers) ->
          new InTurn(
              bearers.share().stream()
                  .map(token -> RepeatedCall.signedEcho(endpoint, tool, token, ids))
                  .toList());
      case ListTools() -> RepeatedCall.list(endpoint, session, client.firstPage(), ids);
      case Churn(var tool) -> new SessionChurn(endpoint, tool, ids);
    };
  }
}
