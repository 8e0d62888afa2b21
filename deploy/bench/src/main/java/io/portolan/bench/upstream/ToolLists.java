package io.portolan.bench.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The rendered {@code tools} arrays, one for each path that was asked for. */
final class ToolLists {
  static final int TOOLS_PER_SERVER = 10;
  private static final int TOOLS_MAX = 10_000;
  private static final List<String> CALLABLE = List.of("echo", "big", "progress");

  private final ConcurrentHashMap<String, byte[]> rendered = new ConcurrentHashMap<>();

  /** Ten tools, of which the first three can be called. */
  byte[] callable() {
    return rendered.computeIfAbsent("", _ -> render("bench", TOOLS_PER_SERVER, true));
  }

  /** As many tools as {@code count} says, at most 10,000; the names differ by server. */
  byte[] of(String server, int count) {
    return rendered.computeIfAbsent(
        server + "/" + count, _ -> render(server, Math.min(count, TOOLS_MAX), false));
  }

  private static byte[] render(String server, int count, boolean withCallable) {
    var tools = new ArrayList<String>();
    for (var n = 0; n < count; n++) {
      var name = withCallable && n < CALLABLE.size() ? CALLABLE.get(n) : "tool_%04d".formatted(n);
      tools.add(tool(server, name));
    }
    return ("[" + String.join(",", tools) + "]").getBytes(StandardCharsets.UTF_8);
  }

  private static String tool(String server, String name) {
    return """
        {"name":"%s","title":"Tool %s of %s","description":"Answers with the text it was given.",\
        "inputSchema":{"type":"object","properties":{"text":{"type":"string",\
        "description":"What to answer with."}},"required":["text"]},\
        "annotations":{"readOnlyHint":true}}"""
        .formatted(name, name, server);
  }
}
