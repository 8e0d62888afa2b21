package io.portolan.gateway.core.search;

import io.portolan.gateway.core.search.ToolSearch.Outcome.Found;
import io.portolan.gateway.core.search.ToolSearch.Rank;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import java.util.Locale;

/** How the two tools are described, and what the first one finds is written. */
final class OwnTools {
  static final Slice FIND =
      Slice.utf8(
          "{\"name\":\"find_tools\",\"title\":\"Find tools\",\"description\":\"Finds tools by what"
              + " they do, among all that you may use here. Returns the definitions of the best"
              + " matches, ready to call: by their own name, or with call_tool.\",\"inputSchema\":"
              + "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\",\"minLength\":1,"
              + "\"maxLength\":1000,\"description\":\"What the tool is to do, in words\"},\"limit\":"
              + "{\"type\":\"integer\",\"minimum\":1,\"maximum\":20,\"default\":5,\"description\":"
              + "\"How many tools\"}},\"required\":[\"query\"]},\"outputSchema\":{\"type\":\"object\","
              + "\"properties\":{\"tools\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
              + "\"properties\":{\"tool\":{\"type\":\"object\"},\"score\":{\"type\":\"number\"},"
              + "\"why\":{\"type\":\"object\"}},\"required\":[\"tool\",\"score\",\"why\"]}},"
              + "\"model\":{\"type\":\"string\"}},\"required\":[\"tools\",\"model\"]},"
              + "\"annotations\":{\"readOnlyHint\":true,\"openWorldHint\":false}}");

  static final Slice CALL =
      Slice.utf8(
          "{\"name\":\"call_tool\",\"title\":\"Call a tool\",\"description\":\"Calls a tool that"
              + " find_tools found. The result is that tool's.\",\"inputSchema\":{\"type\":\"object\","
              + "\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"The tool's name, as"
              + " found\"},\"arguments\":{\"type\":\"object\",\"description\":\"Its arguments, by its"
              + " own inputSchema\"}},\"required\":[\"name\"]}}");

  private OwnTools() {}

  static Slice json(Found found) {
    var json = new JsonWriter().beginObject().name("tools").beginArray();
    for (var hit : found.hits()) {
      json.beginObject().member("tool", hit.tool().json()).member("score", number(hit.score()));
      json.name("why").beginObject();
      rank(json, "words", hit.words());
      rank(json, "meaning", hit.meaning());
      json.endObject().endObject();
    }
    return json.endArray().member("model", found.model()).endObject().toSlice();
  }

  /** A ranking that a tool is not in says nothing. */
  private static void rank(JsonWriter json, String name, Rank rank) {
    if (rank.place() > 0) {
      json.name(name)
          .beginObject()
          .member("rank", rank.place())
          .member("score", number(rank.score()))
          .endObject();
    }
  }

  private static Slice number(double value) {
    return Slice.utf8(String.format(Locale.ROOT, "%.6f", value));
  }
}
