package io.portolan.bench.load;

import io.portolan.bench.load.Conversation.Heard;
import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * So many calls a second, whatever becomes of them: the same load on a target that is quick and on
 * one that is slow.
 *
 * <p>Each connection has its calls due at fixed times. A call that is due while the one before is
 * still under way is late, and its latency counts from when it was due: a pause of the target is
 * felt by all the calls that fell into it. One thread a connection; one run.
 */
public final class PacedLoad {
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);
  private static final int ERRORS_KEPT_MAX = 5;

  private final Plan plan;
  private final LongSupplier cpuMicros;
  private final Ids ids;

  /**
   * One run.
   *
   * @param load where to, what, over how many connections and for how long
   * @param perSecond calls a second, over all connections; 1 to 100 000
   */
  public record Plan(LoadPlan load, int perSecond) {
    /** Checks the bounds. */
    public Plan {
      if (perSecond < 1 || perSecond > 100_000) {
        throw new IllegalArgumentException("perSecond must be 1 to 100000: " + perSecond);
      }
    }
  }

  /**
   * What one run came to. All calls that were due in the window are counted.
   *
   * @param latency of each call that was answered rightly
   * @param wrong calls with a wrong answer, or none
   * @param cpuShare CPU time of the observed process for each second of the window
   * @param errors what was wrong, first ones only
   */
  public record Result(LatencyHistogram latency, long wrong, double cpuShare, List<String> errors) {
    /** Copies the errors. */
    public Result {
      errors = List.copyOf(errors);
    }
  }

  /**
   * @param cpuMicros CPU time that the process under test has taken so far, in microseconds
   * @param ids gives the calls their ids
   */
  public PacedLoad(Plan plan, LongSupplier cpuMicros, Ids ids) {
    this.plan = plan;
    this.cpuMicros = cpuMicros;
    this.ids = ids;
  }

  /** Runs to the end; blocks for the lead-in, the window and the last replies. */
  public Result run() throws InterruptedException {
    var load = plan.load();
    var begins = System.nanoTime() + Duration.ofMillis(20).toNanos();
    var opens = begins + load.leadIn().toNanos();
    var closes = opens + load.window().toNanos();
    var spacing = 1_000_000_000L * load.connections() / plan.perSecond();
    var lines = new ArrayList<Future<Line>>();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (var n = 0; n < load.connections(); n++) {
        var line = new Line(opens, closes);
        var first = begins + n * spacing / load.connections();
        lines.add(threads.submit(() -> line.calls(first, spacing), line));
      }
      park(opens);
      var cpuAtOpening = cpuMicros.getAsLong();
      park(closes);
      var cpu = cpuMicros.getAsLong() - cpuAtOpening;
      return together(lines, cpu / 1e3 / load.window().toMillis());
    }
  }

  private static Result together(List<Future<Line>> lines, double cpuShare)
      throws InterruptedException {
    var latency = new LatencyHistogram();
    var wrong = 0L;
    var errors = new ArrayList<String>();
    for (var future : lines) {
      try {
        var line = future.get();
        latency.add(line.latency);
        wrong += line.wrong;
        errors.addAll(line.errors.subList(0, Math.min(line.errors.size(), ERRORS_KEPT_MAX)));
      } catch (ExecutionException e) {
        throw new IllegalStateException("a line of calls broke down", e.getCause());
      }
    }
    return new Result(latency, wrong, cpuShare, errors);
  }

  private static void park(long until) {
    for (var left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** The calls of one connection, which is opened anew after a wrong reply. */
  private final class Line {
    private final long opens;
    private final long closes;
    private final LatencyHistogram latency = new LatencyHistogram();
    private final List<String> errors = new ArrayList<>();
    private long wrong;

    Line(long opens, long closes) {
      this.opens = opens;
      this.closes = closes;
    }

    void calls(long first, long spacing) {
      var due = first;
      while (due < closes) {
        try (var client = McpClient.connect(plan.load().endpoint(), ids, REPLY_TIMEOUT)) {
          var work = plan.load().work();
          if (work.inSession()) {
            var _ = client.initialize();
          }
          var conversation = work.on(client, ids);
          for (; due < closes; due += spacing) {
            var from = awaitTurn(due);
            exchange(client, conversation);
            if (due >= opens) {
              latency.record(System.nanoTime() - from);
            }
          }
          if (work.inSession()) {
            client.endSession();
          }
        } catch (IOException | MalformedException | BadReplyException e) {
          errors.add(e.toString());
          wrong++;
          due += spacing;
          if (System.nanoTime() - closes > REPLY_TIMEOUT.toNanos()) {
            wrong += Math.max(0, (closes - due) / spacing);
            return;
          }
        }
      }
    }

    /** When the call counts from: what this thread oversleeps is not the target's. */
    private long awaitTurn(long due) {
      var late = System.nanoTime() >= due;
      park(due);
      return late ? due : System.nanoTime();
    }

    private void exchange(McpClient client, Conversation conversation)
        throws IOException, MalformedException, BadReplyException {
      var channel = client.channel();
      var reader = client.reader();
      Heard heard;
      do {
        if (reader.headRead()) {
          reader.next();
        }
        for (var request = conversation.ask(); request.hasRemaining(); ) {
          channel.write(request);
        }
        while (!reader.complete()) {
          receive(client, reader);
        }
        heard = conversation.hear(reader);
      } while (heard == Heard.UNIT_GOES_ON);
    }

    // Through the socket's stream, because only that honours the time-out.
    private static void receive(McpClient client, HttpReader reader) throws IOException {
      if (reader.readFrom(client.channel().socket().getInputStream()) < 0) {
        throw new EOFException("the connection was closed before the reply");
      }
    }
  }
}
