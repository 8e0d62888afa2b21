package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.openapi.call.SchemaCheck;
import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.convert.Conversion;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an API offers, by its document as it was last read. Immutable. */
final class Offer {
  private static final String UNNAMED = "HTTP API";

  private final Map<String, Prepared> tools = new HashMap<>();
  private final Slice discovered;
  private final Slice listed;
  private final List<String> notes;

  /** A tool with what checks its arguments and its answers. */
  record Prepared(ApiTool tool, SchemaCheck input, SchemaCheck output) {}

  Offer(Conversion conversion, List<String> notes) {
    this.notes = List.copyOf(notes);
    var list = new JsonWriter().beginObject().member("resultType", "complete");
    list.name("tools").beginArray();
    for (var tool : conversion.tools()) {
      tools.put(
          tool.name(),
          new Prepared(tool, SchemaCheck.of(tool.input()), SchemaCheck.of(tool.output())));
      list.raw(Slice.utf8(tool.definition().toString()));
    }
    this.listed = list.endArray().endObject().toSlice();
    this.discovered = discovered(conversion);
  }

  private static Slice discovered(Conversion conversion) {
    var json = new JsonWriter().beginObject().member("resultType", "complete");
    json.name("supportedVersions")
        .beginArray()
        .value(ProtocolVersion.LATEST.text())
        .endArray()
        .name("capabilities")
        .beginObject()
        .name("tools")
        .beginObject()
        .endObject()
        .endObject()
        .name("serverInfo")
        .beginObject()
        .member("name", conversion.title().isBlank() ? UNNAMED : conversion.title())
        .member("version", conversion.version().isBlank() ? "0" : conversion.version())
        .endObject();
    if (!conversion.about().isBlank()) {
      json.member("instructions", conversion.about());
    }
    return json.endObject().toSlice();
  }

  /** What people should know before they trust it. */
  List<String> notes() {
    return notes;
  }

  /** The result of {@code server/discover}. */
  Slice discovered() {
    return discovered;
  }

  /** The result of {@code tools/list}. */
  Slice listed() {
    return listed;
  }

  /** A tool; null where there is none of the name. */
  @Nullable Prepared tool(String name) {
    return tools.get(name);
  }
}
