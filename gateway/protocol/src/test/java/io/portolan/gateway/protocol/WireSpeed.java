package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Measures what the wire layer costs per message: read, rewrite id and tool name, write. Not a
 * test; run its {@code main} (see the module's README). Prints nanoseconds of CPU and bytes
 * allocated per operation, the best of several rounds.
 */
final class WireSpeed {
  private static final int ROUNDS = 12;
  private static final long ROUND_NANOS = 400_000_000L;
  private static final Slice ID = Slice.utf8("\"p-4711\"");
  private static final Slice NAME = Slice.utf8("\"echo\"");

  /** Keeps results alive, so that the work is not optimised away. */
  static volatile int sink;

  private final byte[] out = new byte[1 << 20];

  private WireSpeed() {}

  /** One operation; returns something that depends on its work. */
  private interface Operation {
    int run() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    var speed = new WireSpeed();
    var inbound = new MessageReader(JsonLimits.INBOUND);
    var outbound = new MessageReader(JsonLimits.OUTBOUND);
    var request = request();
    var small =
        result("[{\"type\":\"text\",\"text\":\"" + "y".repeat(53) + "\"}],\"isError\":false");
    var text = result("[{\"type\":\"text\",\"text\":\"" + "The quick fox. ".repeat(4370) + "\"}]");
    var escaped =
        result("[{\"type\":\"text\",\"text\":\"" + "{\\\"a\\\":1}\\n".repeat(5958) + "\"}]");
    var cjk =
        result("[{\"type\":\"text\",\"text\":\"" + "\u4e16\u754c\u3002".repeat(7280) + "\"}]");
    var structured = result("[],\"structuredContent\":{\"rows\":" + rows() + "}");
    for (int pass = 0; pass < 2; pass++) {
      measure("request " + request.length() + " B, read", () -> read(inbound, request));
      measure("request " + request.length() + " B, relay", () -> speed.call(inbound, request));
      measure("result " + small.length() + " B, relay", () -> speed.answer(outbound, small));
      measure("text " + text.length() + " B, relay", () -> speed.answer(outbound, text));
      measure("escaped text " + escaped.length() + " B", () -> speed.answer(outbound, escaped));
      measure("CJK text " + cjk.length() + " B", () -> speed.answer(outbound, cjk));
      measure("structured " + structured.length() + " B", () -> speed.answer(outbound, structured));
      measure("structured, SSE frame", () -> speed.frame(outbound, structured));
    }
  }

  private static int read(MessageReader reader, Slice bytes) throws Exception {
    return reader.read(bytes).bytes().length();
  }

  private int call(MessageReader reader, Slice bytes) throws Exception {
    var request = (Message.Request) reader.read(bytes);
    var params = requireNonNull(request.params());
    var name = requireNonNull(params.get("name"));
    return new Splice(request.bytes())
        .replace(request.id(), ID)
        .replace(name, NAME)
        .apply()
        .copyTo(out, 0);
  }

  private int answer(MessageReader reader, Slice bytes) throws Exception {
    var answer = (Message.Result) reader.read(bytes);
    return new Splice(answer.bytes()).replace(answer.id(), ID).apply().copyTo(out, 0);
  }

  private int frame(MessageReader reader, Slice bytes) throws Exception {
    var answer = (Message.Result) reader.read(bytes);
    var body = new Splice(answer.bytes()).replace(answer.id(), ID).apply();
    return SseFrame.message(null, body).copyTo(out, 0);
  }

  private static void measure(String what, Operation operation) throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var best = Double.MAX_VALUE;
    var bytes = 0.0;
    for (int round = 0; round < ROUNDS; round++) {
      var allocated = threads.getCurrentThreadAllocatedBytes();
      var started = threads.getCurrentThreadCpuTime();
      var until = System.nanoTime() + ROUND_NANOS;
      var count = 0L;
      var sum = 0;
      while (System.nanoTime() < until) {
        for (int i = 0; i < 64; i++) {
          sum += operation.run();
        }
        count += 64;
      }
      sink = sum;
      var nanos = (double) (threads.getCurrentThreadCpuTime() - started) / count;
      if (nanos < best) {
        best = nanos;
        bytes = (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / count;
      }
    }
    System.out.printf(Locale.ROOT, "%-28s %10.0f ns/op %8.0f B/op%n", what, best, bytes);
  }

  private static Slice request() {
    return Slice.utf8(
        "{\"jsonrpc\":\"2.0\",\"id\":42,\"method\":\"tools/call\",\"params\":{\"name\":\"fixture__echo\","
            + "\"arguments\":{\"message\":\"hello, world of tools and servers!\"}}}");
  }

  private static Slice result(String content) {
    return Slice.utf8(
        "{\"jsonrpc\":\"2.0\",\"id\":\"p-4711\",\"result\":{\"content\":" + content + "}}");
  }

  private static String rows() {
    var rows = new StringBuilder("[");
    for (int i = 0; rows.length() < 65_300; i++) {
      rows.append(i == 0 ? "" : ",").append("{\"id\":").append(i).append(",\"x\":");
      rows.append(i * 37 % 1000).append(".5,\"ok\":true,\"tag\":\"t").append(i % 17).append("\"}");
    }
    return rows.append(']').toString();
  }
}
