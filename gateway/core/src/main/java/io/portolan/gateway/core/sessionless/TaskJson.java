package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of the modern extension as 2025-11-25 writes them. Members that neither knows stay as they
 * are. Stateless.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks">MCP
 *     2025-11-25, tasks</a>
 */
final class TaskJson {
  static final String RELATED = "io.modelcontextprotocol/related-task";
  private static final Slice NULL = Slice.utf8("null");

  private TaskJson() {}

  /** Whether a result says that the call goes on as a task. */
  static boolean isTask(@Nullable JsonView result) {
    return result != null
        && "task".equals(result.string("resultType"))
        && result.string("taskId") != null;
  }

  /** Whether a task in this status has ended. */
  static boolean isOver(String status) {
    return switch (status) {
      case "completed", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  /**
   * A task object.
   *
   * @param modern what the extension says of the task
   * @param status what the client is told instead of the server's status; null for that one
   */
  static Slice task(JsonView modern, @Nullable String status) {
    var json = new JsonWriter().beginObject();
    members(json, modern, status);
    return json.endObject().toSlice();
  }

  /** The result of {@code tasks/get}: the task's members, and what the server adds. */
  static Slice found(JsonView modern, @Nullable String status) {
    var json = new JsonWriter().beginObject();
    members(json, modern, status);
    meta(json, modern);
    return json.endObject().toSlice();
  }

  /** The result of a call that goes on as a task. */
  static Slice created(JsonView modern) {
    var json = new JsonWriter().beginObject().name("task").beginObject();
    members(json, modern, null);
    json.endObject();
    meta(json, modern);
    return json.endObject().toSlice();
  }

  private static void meta(JsonWriter json, JsonView modern) {
    var meta = modern.get(MetaKeys.META);
    if (meta != null) {
      json.member(MetaKeys.META, meta);
    }
  }

  private static void members(JsonWriter json, JsonView modern, @Nullable String status) {
    for (int i = 0; i < modern.size(); i++) {
      var value = modern.value(i);
      switch (modern.name(i)) {
        case "resultType", MetaKeys.META, "result", "error", "inputRequests" -> {}
        case "ttlMs" -> json.member("ttl", value);
        case "pollIntervalMs" -> json.member("pollInterval", value);
        case "status" -> json.member("status", status == null ? value : quoted(status));
        case String name -> json.member(name, value);
      }
    }
    if (modern.get("ttlMs") == null) {
      json.member("ttl", NULL); // required there, and null means without end
    }
  }

  private static Slice quoted(String text) {
    return new JsonWriter().value(text).toSlice();
  }

  /** An object with {@code _meta} that says which task it belongs to. */
  static Slice related(@Nullable Slice object, String taskId) {
    var members = JsonView.of(object == null ? InputRequests.NO_PARAMS : object);
    var member =
        new JsonWriter()
            .beginObject()
            .name(RELATED)
            .beginObject()
            .member("taskId", taskId)
            .endObject()
            .endObject()
            .toSlice();
    var inner = member.text().substring(1, member.length() > 0 ? member.text().length() - 1 : 0);
    var meta = members.view(MetaKeys.META);
    var splice = new Splice(members.object());
    if (meta == null) {
      var rest = splice.takeOut(members, MetaKeys.META::equals);
      var text = "\"" + MetaKeys.META + "\":{" + inner + "}" + (rest > 0 ? "," : "");
      return splice.insert(members.object().from() + 1, Slice.utf8(text)).apply().join();
    }
    var rest = splice.takeOut(meta, RELATED::equals);
    return splice
        .insert(meta.object().from() + 1, Slice.utf8(inner + (rest > 0 ? "," : "")))
        .apply()
        .join();
  }
}
