package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;

/** The messages that the transports send of their own accord. Stateless. */
public final class OwnMessages {
  private OwnMessages() {}

  /** The initialize request. */
  public static Slice initialize(Slice id, SessionOpening opening) {
    return request(id, Methods.INITIALIZE, initializeParams(opening));
  }

  /** The parameters of the initialize request. */
  public static Slice initializeParams(SessionOpening opening) {
    return new JsonWriter()
        .beginObject()
        .member("protocolVersion", opening.version().text())
        .member("capabilities", opening.capabilities())
        .member("clientInfo", opening.clientInfo())
        .endObject()
        .toSlice();
  }

  /** The parameters of {@code server/discover}, or of any other modern request without more. */
  public static Slice modernParams() {
    return new JsonWriter()
        .beginObject()
        .name(MetaKeys.META)
        .beginObject()
        .member(MetaKeys.PROTOCOL_VERSION, ProtocolVersion.LATEST.text())
        .member(MetaKeys.CLIENT_INFO, SessionOpening.GATEWAY.clientInfo())
        .member(MetaKeys.CLIENT_CAPABILITIES, Slice.utf8("{}"))
        .endObject()
        .endObject()
        .toSlice();
  }

  /** A request. */
  public static Slice request(Slice id, String method, Slice params) {
    return new JsonWriter()
        .beginObject()
        .member("jsonrpc", "2.0")
        .member("id", id)
        .member("method", method)
        .member("params", params)
        .endObject()
        .toSlice();
  }

  /** A notification without parameters. */
  public static Slice notification(String method) {
    return new JsonWriter()
        .beginObject()
        .member("jsonrpc", "2.0")
        .member("method", method)
        .endObject()
        .toSlice();
  }

  /** The answer to a request that is answered here, a server's or one to a server. */
  public static Slice result(Slice id, Slice result) {
    return new JsonWriter()
        .beginObject()
        .member("jsonrpc", "2.0")
        .member("id", id)
        .member("result", result)
        .endObject()
        .toSlice();
  }

  /** The same that is an error. */
  public static Slice error(Slice id, int code, String message) {
    return new JsonWriter()
        .beginObject()
        .member("jsonrpc", "2.0")
        .member("id", id)
        .name("error")
        .beginObject()
        .member("code", code)
        .member("message", message)
        .endObject()
        .endObject()
        .toSlice();
  }
}
