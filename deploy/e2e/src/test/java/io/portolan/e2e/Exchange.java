package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;

import io.portolan.e2e.json.JsonMaker;
import io.portolan.e2e.json.JsonStrings;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.ModernClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One random tools/call and everything that comes back for it, made from a seed: the request, the
 * notifications before the answer, the answer. Each has members nobody has heard of at every level.
 */
final class Exchange {
  /** Who speaks, over which of the gateway's routes. */
  enum Speaker {
    LEGACY,
    MODERN
  }

  private final JsonMaker maker;
  private final SplittableRandom random;
  private final Speaker speaker;
  private final int stringBytes;
  private final String id;
  private final String progressToken;

  /** With a string of about {@code stringBytes} in arguments and result, or none for 0. */
  Exchange(long seed, Speaker speaker, int stringBytes) {
    this.random = new SplittableRandom(seed);
    this.maker = new JsonMaker(random);
    this.speaker = speaker;
    this.stringBytes = stringBytes;
    this.id = id();
    this.progressToken = random.nextBoolean() ? maker.string() : id();
  }

  String id() {
    return switch (random.nextInt(4)) {
      case 0 -> String.valueOf(random.nextInt(1_000_000));
      case 1 -> String.valueOf(random.nextLong(1L << 53));
      case 2 -> "\"" + Integer.toString(random.nextInt(1 << 30), 36) + "\"";
      default -> "\"\\u00e9 \\\"" + random.nextInt(1000) + "\"";
    };
  }

  String requestId() {
    return id;
  }

  /** The request message, calling a tool by this name. */
  byte[] request(String tool, ModernClient modern) {
    var params = new LinkedHashMap<String, String>();
    params.put("name", JsonStrings.literal(tool));
    params.put("arguments", object(4));
    params.put("_meta", meta(modern));
    params.put(maker.unknownName(), maker.value(2));
    var message = new LinkedHashMap<String, String>();
    message.put("jsonrpc", "\"2.0\"");
    message.put("id", id);
    message.put("method", "\"tools/call\"");
    message.put("params", maker.assemble(params));
    message.put(maker.unknownName(), maker.value(2));
    return utf8(maker.assemble(message));
  }

  /** The notifications the server sends first: progress, and one that nobody has heard of. */
  List<byte[]> notifications(Received request) {
    var all = new ArrayList<byte[]>();
    for (int step = 1; step <= 2; step++) {
      var params = new LinkedHashMap<String, String>();
      params.put("progressToken", request.json().text("params", "_meta", "progressToken"));
      params.put("progress", step + ".00");
      params.put(maker.unknownName(), maker.value(2));
      all.add(notification("notifications/progress", maker.assemble(params)));
    }
    return all;
  }

  private byte[] notification(String method, String params) {
    var message = new LinkedHashMap<String, String>();
    message.put("jsonrpc", "\"2.0\"");
    message.put("method", "\"" + method + "\"");
    message.put("params", params);
    message.put(maker.unknownName(), maker.value(1));
    return utf8(maker.assemble(message));
  }

  /** The answer message to a request. */
  byte[] answer(Received request) {
    var message = new LinkedHashMap<String, String>();
    message.put("jsonrpc", "\"2.0\"");
    message.put("id", request.id());
    message.put("result", result());
    message.put(maker.unknownName(), maker.value(2));
    return utf8(maker.assemble(message));
  }

  private String result() {
    var result = new LinkedHashMap<String, String>();
    result.put("content", content());
    result.put("structuredContent", object(4));
    result.put("_meta", maker.object(2));
    result.put("isError", random.nextBoolean() ? "true" : "false");
    if (speaker == Speaker.MODERN) {
      result.put("resultType", "\"complete\"");
    }
    result.put(maker.unknownName(), maker.value(3));
    return maker.assemble(result);
  }

  /** A text block, a link, an embedded resource and a block of a kind that does not exist yet. */
  private String content() {
    var text = Map.of("type", "\"text\"", "text", maker.string());
    var link =
        Map.of("type", "\"resource_link\"", "uri", "\"raw:\\/\\/one?x=\\u00e9\"", "name", "\"l\"");
    var resource = Map.of("uri", "\"raw://two\"", "text", maker.string());
    var embedded = Map.of("type", "\"resource\"", "resource", maker.object(resource, 2));
    var unknown = Map.of("type", "\"hologram\"", "uri", "\"raw://three\"");
    return "["
        + maker.object(text, 2)
        + " ,"
        + maker.object(link, 2)
        + ","
        + maker.object(embedded, 2)
        + ", "
        + maker.object(unknown, 2)
        + "]";
  }

  private String object(int depth) {
    return stringBytes == 0
        ? maker.object(depth)
        : maker.object(Map.of("long", maker.longString(stringBytes)), depth);
  }

  private String meta(ModernClient modern) {
    var members = new LinkedHashMap<String, String>();
    members.put("progressToken", progressToken);
    members.put(maker.unknownName(), maker.value(2));
    var meta = maker.assemble(members);
    return speaker == Speaker.MODERN
        ? meta.substring(0, meta.lastIndexOf('}')) + "," + modern.meta() + "}"
        : meta;
  }
}
