package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.calls.Pace;
import io.portolan.gateway.upstream.calls.PendingCall;
import io.portolan.gateway.upstream.calls.PendingCalls;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * Three threads of its own read and write: a pipe cannot be read on a virtual thread without
 * holding its carrier. A child is over when its process has ended or its output has: a grandchild
 * may keep the output open, and a child may close it and live on.
 */

/** One running child: its process, the calls it is busy with, and what it said of itself. */
final class Child {
  private static final System.Logger LOG = System.getLogger(Child.class.getName());
  private static final Duration DRAIN = Duration.ofMillis(500);
  private static final int EXCERPT_CHARS = 120;

  /** What becomes of a call that nobody waits for any more. */
  enum Ending {
    /** The child is done with it, or never saw it. */
    SETTLED,
    /** The child may still be working on it. */
    GIVEN_UP
  }

  /** Who places what the child sends, and learns that it is over. */
  interface Owner {
    /** A message that names no call. On the child's reading thread: must not block. */
    void unclaimed(Child child, Message message);

    /** The answer to a call came, also one that nobody waits for any more. */
    void answered(Child child, long callId);

    /** The child is over; its calls have been failed. Once. */
    void over(Child child, String reason);

    /** Nothing is left of a child that ended by itself. */
    void gone(Child child);
  }

  private final String server;
  private final ChildProcess process;
  private final Owner owner;
  private final ChildWriter writer;
  private final StderrRing stderr;
  private final MessageReader messages;
  private final int lineBytesMax;
  private final PendingCalls calls = new PendingCalls();
  private final Map<Long, ChildWriter.Line> lines = new ConcurrentHashMap<>();
  private final Map<Era, Slice> hellos = new EnumMap<>(Era.class); // guarded by itself
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong garbage = new AtomicLong();
  private final Pace pace = Pace.ofAnswers();
  private final CountDownLatch readToEnd = new CountDownLatch(1);
  private final CountDownLatch errorsToEnd = new CountDownLatch(1);
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable UpstreamFailure misbehaved;
  private volatile boolean kept;
  private final LimitCounts counts;

  Child(String server, ChildProcess process, UpstreamLimits limits, Owner owner) {
    this.server = server;
    this.process = process;
    this.owner = owner;
    this.writer = new ChildWriter(process.input());
    this.stderr = new StderrRing(limits.stderrBytesMax());
    this.lineBytesMax = limits.lineBytesMax();
    this.counts = limits.counts();
    this.messages = new MessageReader(JsonLimits.OUTBOUND.withBytesMax(lineBytesMax));
  }

  /** Starts reading and writing. */
  void start() {
    thread("out", this::read);
    thread(
        "err",
        () -> {
          stderr.drain(process.error(), Pace.ofErrors());
          errorsToEnd.countDown();
        });
    thread(
        "in",
        () -> {
          writer.run();
          ended();
        });
    process.onExit(() -> Thread.ofVirtual().start(this::ended));
  }

  private void thread(String stream, Runnable task) {
    Thread.ofPlatform().daemon().name("portolan-stdio-" + stream + "-" + server).start(task);
  }

  // ---- what it is

  long pid() {
    return process.pid();
  }

  long uptimeNanos() {
    return System.nanoTime() - startedNanos;
  }

  /** Whether it takes no more calls: it has ended, or reads no more. */
  boolean isOver() {
    return over.get() || writer.isClosed();
  }

  /** What the child said of itself in an era; null when it does not speak it. */
  @Nullable Slice hello(Era era) {
    synchronized (hellos) {
      return hellos.get(era);
    }
  }

  void hello(Era era, Slice said) {
    synchronized (hellos) {
      hellos.put(era, said);
    }
  }

  /** It remembers something for sessions, so it stays when others are ended for being idle. */
  void keep() {
    kept = true;
  }

  boolean isKept() {
    return kept;
  }

  PendingCalls calls() {
    return calls;
  }

  // ---- calls

  /** Sends a request and waits for its answer, or for the first message before it. */
  Answer ask(byte[] bytes, OutboundRequest request, CallContext context, Consumer<Ending> onEnd)
      throws InterruptedException {
    var line = new ChildWriter.Line(bytes);
    lines.put(request.id(), line);
    var call =
        new PendingCall(
            request,
            context,
            done -> {
              calls.remove(done);
              lines.remove(done.id());
              request.cancellation().done();
              onEnd.accept(done.isAnswered() || line.withdraw() ? Ending.SETTLED : Ending.GIVEN_UP);
            });
    calls.add(call);
    if (!writer.offer(line, context.deadline())) {
      call.fail(
          isOver()
              ? new UpstreamFailure.BrokenOff(describeEnd(), false)
              : new UpstreamFailure.Saturated("the server does not read its input"));
      return call.await();
    }
    request
        .cancellation()
        .onCancel(() -> call.fail(new UpstreamFailure.Cancelled("cancelled by the caller")));
    if (over.get()) {
      call.fail(new UpstreamFailure.BrokenOff(describeEnd(), !line.withdraw()));
    }
    var answer = call.await();
    if (answer instanceof Answer.Failed(UpstreamFailure.TimedOut(var detail, var _))
        && line.withdraw()) {
      return new Answer.Failed(new UpstreamFailure.TimedOut(detail, false));
    }
    return answer;
  }

  /** Sends a message that nothing answers; null when it is on its way. */
  @Nullable UpstreamFailure tell(Payload message, Deadline deadline) throws InterruptedException {
    if (writer.offer(new ChildWriter.Line(ChildWriter.line(message)), deadline)) {
      return null;
    }
    return isOver()
        ? new UpstreamFailure.BrokenOff(describeEnd(), false)
        : new UpstreamFailure.Saturated("the server does not read its input");
  }

  // ---- reading

  private void read() {
    var reader = new LineReader(process.output(), lineBytesMax, pace);
    try {
      for (var line = reader.next(); line != null; line = reader.next()) {
        if (!receive(line)) {
          pace.await(line.length() + Pace.MESSAGE_BYTES);
        }
      }
    } catch (LineReader.LineTooLong e) {
      counts.reached(Limit.LINE_BYTES);
      misbehaved = new UpstreamFailure.BadAnswer(String.valueOf(e.getMessage()));
    } catch (IOException _) {
      // The process is gone.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does; the child would be over
    } finally {
      readToEnd.countDown();
      Thread.ofVirtual().start(this::ended);
    }
  }

  /** Whether the line answers calls; what else a child writes it may write at a pace only. */
  private boolean receive(Slice line) {
    try {
      if (line.isArray()) {
        for (var item : JsonList.items(batch(line))) {
          place(messages.read(item));
        }
        return false;
      }
      return place(messages.read(line));
    } catch (MalformedMessage e) {
      if (garbage.incrementAndGet() == 1) {
        var text = line.text();
        LOG.log(
            System.Logger.Level.WARNING,
            "server '"
                + server
                + "' writes to standard output what is no message ("
                + e.getMessage()
                + "); such lines are skipped. The first: "
                + text.substring(0, Math.min(EXCERPT_CHARS, text.length())));
      }
      return false;
    }
  }

  /** Versions before 2025-06-18 allow several messages in one array. */
  private Slice batch(Slice line) throws MalformedMessage {
    var envelope = Slice.utf8("{\"jsonrpc\":\"2.0\",\"method\":\"batch\",\"params\":{\"all\":");
    var wrapped = new byte[envelope.length() + line.length() + 2];
    System.arraycopy(envelope.array(), 0, wrapped, 0, envelope.length());
    System.arraycopy(line.array(), line.from(), wrapped, envelope.length(), line.length());
    wrapped[wrapped.length - 2] = '}';
    wrapped[wrapped.length - 1] = '}';
    var message = (Message.Call) messages.read(Slice.of(wrapped));
    var params = message.params();
    var all = params == null ? null : params.get("all");
    return all == null ? Slice.utf8("[]") : all;
  }

  private boolean place(Message message) {
    if (!calls.route(message)) {
      owner.unclaimed(this, message);
      return false;
    }
    if (message instanceof Message.Answer answer) {
      owner.answered(this, PendingCalls.number(answer.id()));
      return true;
    }
    return false;
  }

  // ---- the end

  /** The process or its output has ended: fails what is under way and cleans up. */
  private void ended() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    try {
      // What the process wrote before it ended still counts. The three ends come in any order.
      var _ = readToEnd.await(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
      writer.close();
      if (misbehaved == null && process.awaitExit(DRAIN)) {
        var _ = errorsToEnd.await(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
      failCalls();
      owner.over(this, describeEnd());
      process.stop(misbehaved == null ? ChildProcess.Patience.ASK : ChildProcess.Patience.KILL);
      owner.gone(this);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void failCalls() {
    var reason = describeEnd();
    for (var call : calls.all()) {
      var line = lines.get(call.id());
      var bad = misbehaved;
      call.fail(
          bad != null
              ? bad
              : new UpstreamFailure.BrokenOff(reason, line == null || !line.withdraw()));
    }
  }

  /** Why the child is over, with what it last said on standard error. */
  String describeEnd() {
    var bad = misbehaved;
    var said = stderr.lastLines();
    return (bad == null ? process.exit() : bad.detail())
        + (said.isEmpty() ? "" : "; stderr: " + said);
  }

  /** Ends the child and all it started. Blocks for about five seconds at most. Idempotent. */
  void stop() throws InterruptedException {
    if (over.compareAndSet(false, true)) {
      writer.close();
      for (var call : calls.all()) {
        var line = lines.get(call.id());
        call.fail(
            new UpstreamFailure.BrokenOff(
                "the server was stopped", line == null || !line.withdraw()));
      }
      owner.over(this, "stopped");
      process.stop(ChildProcess.Patience.ASK);
    }
  }
}
