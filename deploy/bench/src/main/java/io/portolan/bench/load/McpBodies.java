package io.portolan.bench.load;

/** The JSON of the requests that the bench sends; {@link DigitTemplate#PLACE} where the id goes. */
final class McpBodies {
  private static final String MODERN_META =
      """
      "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientCapabilities":{},\
      "io.modelcontextprotocol/clientInfo":{"name":"portolan-bench","version":"1"}}""";

  static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  private McpBodies() {}

  static String initialize() {
    return request(
        "initialize",
        """
        "protocolVersion":"2025-11-25","capabilities":{},\
        "clientInfo":{"name":"portolan-bench","version":"1"}""");
  }

  static String toolsList() {
    return request("tools/list", "");
  }

  static String toolsList(String cursor) {
    return request("tools/list", "\"cursor\":\"" + cursor + "\"");
  }

  static String call(String tool, String text) {
    return request("tools/call", named(tool, text));
  }

  static String modernCall(String tool, String text) {
    return request("tools/call", named(tool, text) + "," + MODERN_META);
  }

  static String modernToolsList() {
    return request("tools/list", MODERN_META);
  }

  static String progressCall(String tool, String text, String token) {
    return request(
        "tools/call", named(tool, text) + ",\"_meta\":{\"progressToken\":\"" + token + "\"}");
  }

  private static String named(String tool, String text) {
    return "\"name\":\"%s\",\"arguments\":{\"text\":\"%s\"}".formatted(tool, text);
  }

  private static String request(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":{%s}}"
        .formatted(DigitTemplate.PLACE, method, params);
  }
}
