package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;

/**
 * What {@code initialize} tells a legacy server.
 *
 * @param version the version asked for; the server may answer with an older one
 * @param capabilities the client's capabilities object, as the client wrote it
 * @param clientInfo the client's info object, as the client wrote it
 */
public record SessionOpening(ProtocolVersion version, Slice capabilities, Slice clientInfo) {

  /** What the gateway says of itself when it opens a session for its own use. */
  public static final SessionOpening GATEWAY =
      new SessionOpening(
          ProtocolVersion.LATEST_LEGACY,
          Slice.utf8("{}"),
          Slice.utf8("{\"name\":\"portolan\",\"version\":\"0.1.0\"}"));

  /**
   * The same for finding out what a server offers: some servers offer a tool only to a client that
   * they could ask something. Whatever a server then asks the gateway is refused.
   */
  public static final SessionOpening DISCOVERY =
      new SessionOpening(
          GATEWAY.version(),
          Slice.utf8("{\"sampling\":{},\"elicitation\":{\"form\":{},\"url\":{}},\"roots\":{}}"),
          GATEWAY.clientInfo());

  /** Whether the client declared a capability that lets a server send it requests. */
  public boolean takesRequests() {
    var members = JsonView.of(capabilities);
    return members.get("sampling") != null
        || members.get("elicitation") != null
        || members.get("roots") != null;
  }
}
