package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a server: the client's bytes, the edits to make in them, and what the
 * transport needs to know of them. Used once.
 *
 * @param id the id on the upstream side, from {@link UpstreamLink#nextId}
 * @param message the request as it was received; its id still is the client's
 * @param splice the edits so far, without those of id and progress token, which the link makes
 * @param method the method, for {@code Mcp-Method}
 * @param name what {@code Mcp-Name} must say (the upstream's own name); null where it is not due
 * @param paramHeaders {@code Mcp-Param-*} headers to pass on, already checked against the body
 * @param cancellation lets another thread give the request up
 */
public record OutboundRequest(
    long id,
    Message.Request message,
    Splice splice,
    String method,
    @Nullable String name,
    List<Header> paramHeaders,
    Cancellation cancellation) {

  /** One header as it is sent. */
  public record Header(String name, String value) {}

  public OutboundRequest {
    paramHeaders = List.copyOf(paramHeaders);
  }

  /** A request of the gateway's own. {@code params} is an object. */
  public static OutboundRequest own(long id, String method, Slice params) {
    var json =
        Slice.utf8(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"%s\",\"params\":%s}"
                .formatted(method, params.text()));
    var members = JsonView.of(json);
    var message =
        new Message.Request(
            json,
            Objects.requireNonNull(members.get("id")),
            method,
            Objects.requireNonNull(members.view("params")));
    return new OutboundRequest(
        id, message, new Splice(json), method, null, List.of(), new Cancellation());
  }

  /** Where the request carries its progress token; null when it has none. */
  public @Nullable Slice progressToken() {
    var params = message.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    return meta == null ? null : meta.get(MetaKeys.PROGRESS_TOKEN);
  }
}
