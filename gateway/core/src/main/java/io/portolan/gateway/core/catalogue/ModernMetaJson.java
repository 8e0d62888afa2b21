package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;

/** The {@code _meta} that every request of the modern era carries. Stateless. */
public final class ModernMetaJson {
  /** Of the gateway's own requests: no client capabilities. */
  public static final Slice GATEWAY = of(SessionOpening.GATEWAY);

  /** Of the gateway's questions about what a server offers. */
  public static final Slice DISCOVERY = of(SessionOpening.DISCOVERY);

  private ModernMetaJson() {}

  /** For requests on behalf of a client that introduced itself with {@code initialize}. */
  public static Slice of(SessionOpening client) {
    return members(new JsonWriter().beginObject(), client).endObject().toSlice();
  }

  /** Writes the members into an object that is open. */
  public static JsonWriter members(JsonWriter json, SessionOpening client) {
    return json.member(MetaKeys.PROTOCOL_VERSION, ProtocolVersion.LATEST.text())
        .member(MetaKeys.CLIENT_INFO, client.clientInfo())
        .member(MetaKeys.CLIENT_CAPABILITIES, client.capabilities());
  }
}
