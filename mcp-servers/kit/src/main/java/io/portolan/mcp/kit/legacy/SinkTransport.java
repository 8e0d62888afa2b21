package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import io.portolan.mcp.kit.wire.Json;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** Lets the SDK write the messages of one stream into whatever takes a line of JSON. */
final class SinkTransport implements McpStreamableServerTransport {
  private final Consumer<String> sink;
  private final Runnable onClose;

  SinkTransport(Consumer<String> sink, Runnable onClose) {
    this.sink = sink;
    this.onClose = onClose;
  }

  @Override
  public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
    return Mono.fromRunnable(() -> sink.accept(Json.write(message)));
  }

  @Override
  public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message, String messageId) {
    // The SDK's message id is dropped: our event ids are numbered, so that a replay can find them.
    return sendMessage(message);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return Json.SDK_MAPPER.convertValue(data, type);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(onClose);
  }
}
