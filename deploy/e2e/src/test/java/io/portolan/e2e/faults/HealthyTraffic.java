package io.portolan.e2e.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers of a server that is well, one in each era, for as long as something else goes wrong. Each
 * answer must be the one to its question.
 */
public final class HealthyTraffic implements AutoCloseable {
  private final String tool;
  private final AtomicInteger calls = new AtomicInteger();
  private final FutureTask<Integer> modern;
  private final FutureTask<Integer> legacy;
  private volatile boolean over;

  /** One call in one era. */
  @FunctionalInterface
  private interface Caller {
    Answered call(String tool, String arguments) throws IOException;
  }

  private HealthyTraffic(URI endpoint, String tool) throws IOException {
    this.tool = tool;
    this.modern = start(new ModernClient(endpoint)::callTool);
    this.legacy = start(LegacyClient.open(endpoint)::callTool);
  }

  /** Makes the server answer with what it was asked, and begins to call it. */
  public static HealthyTraffic to(RawUpstream upstream, URI endpoint, String tool)
      throws IOException {
    upstream.script(
        call ->
            !call.is("tools/call") || call.json().at("params", "arguments").isEmpty()
                ? Answer.error(call, 200, -32601, "only calls with arguments are answered")
                : Answer.result(
                    call,
                    "{\"content\":[],\"structuredContent\":"
                        + call.json().text("params", "arguments")
                        + ",\"resultType\":\"complete\"}"));
    return new HealthyTraffic(endpoint, tool);
  }

  private FutureTask<Integer> start(Caller caller) {
    var task = new FutureTask<>(() -> call(caller));
    Thread.ofVirtual().name("healthy-traffic").start(task);
    return task;
  }

  private int call(Caller caller) throws IOException {
    var mine = 0;
    while (!over) {
      var asked = "{\"n\":" + mine++ + "}";
      var answer = new String(caller.call(tool, asked).result(), UTF_8);
      if (!answer.contains("\"structuredContent\":" + asked)) {
        throw new AssertionError(asked + " was answered with " + answer);
      }
      calls.incrementAndGet();
    }
    return mine;
  }

  /** How many calls were answered so far, all of them rightly. */
  public int calls() {
    return calls.get();
  }

  /** Ends the calls; fails if any was not answered, or not rightly. */
  @Override
  public void close() {
    over = true;
    await(modern);
    await(legacy);
  }

  private static void await(FutureTask<Integer> caller) {
    try {
      var _ = caller.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("a healthy server's caller failed", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
