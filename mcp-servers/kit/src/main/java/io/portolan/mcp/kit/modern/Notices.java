package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The notifications that belong to one request, and only those the request asked for. */
final class Notices {
  private final RequestMeta meta;
  private final Consumer<String> out;

  Notices(RequestMeta meta, Consumer<String> out) {
    this.meta = meta;
    this.out = out;
  }

  void progress(double done, double total, String message) {
    meta.progressToken()
        .ifPresent(
            token -> {
              var params = Json.object();
              params.set("progressToken", token);
              params.put("progress", done).put("total", total).put("message", message);
              send(McpSchema.METHOD_NOTIFICATION_PROGRESS, params);
            });
  }

  void log(McpSchema.LoggingLevel level, String logger, String message) {
    meta.logLevel()
        .filter(least -> level.level() >= least.level())
        .ifPresent(
            _ -> {
              var params = Json.object();
              params.set("level", Json.tree(level));
              params.put("logger", logger).put("data", message);
              send(McpSchema.METHOD_NOTIFICATION_MESSAGE, params);
            });
  }

  private void send(String method, ObjectNode params) {
    out.accept(Json.write(Message.notification(method, params)));
  }
}
