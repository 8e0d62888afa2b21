package io.portolan.mcp.kit.serve;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.modern.RequestMeta;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.Optional;

/** Decides which era a message belongs to. */
final class EraChoice {
  private final Eras eras;

  EraChoice(Eras eras) {
    this.eras = eras;
  }

  /**
   * Whether a request is for the modern side.
   *
   * @param versionHeader the header MCP-Protocol-Version, where there are headers
   * @throws ProtocolFailure for a legacy handshake where only the modern era is served
   */
  boolean modern(Message.Request request, Optional<String> versionHeader) {
    if (!eras.modern()) {
      return false;
    }
    var speaksModern =
        RequestMeta.claimedVersion(request.params()).isPresent()
            || versionHeader.filter(RequestMeta.VERSION::equals).isPresent()
            || request.method().equals("server/discover")
            || request.method().equals("subscriptions/listen");
    if (!eras.legacy() && !speaksModern && request.method().equals("initialize")) {
      throw RequestMeta.unsupported(request.params().path("protocolVersion").asString("unknown"));
    }
    return speaksModern || !eras.legacy();
  }
}
