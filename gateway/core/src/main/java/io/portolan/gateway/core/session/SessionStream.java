package io.portolan.gateway.core.session;

import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * A bounded log of framed events. Producers append; one consumer at a time, the newest one, reads
 * from a position and writes to its own connection outside the lock. What falls out of the bound
 * cannot be replayed any more. There is one of these in every idle session, so it is locked by its
 * own monitor, which costs nothing until it is used, and has no log until there is an event.
 */

/** One resumable stream of a legacy session. Thread-safe. */
public final class SessionStream {
  private static final int EVENTS_MAX = 256;
  private static final int BYTES_MAX = 4 << 20;

  private record Event(long sequence, Payload frame) {}

  private final long number;
  private final ReplayMemory memory;

  // Invariant: events holds the newest events, consecutive, ending with sequence next - 1; bytes is
  // their size and is part of memory. All guarded by this.
  private @Nullable Deque<Event> events;
  private long next;
  private int bytes;
  private long consumer;
  private boolean ended;
  private long endedNanos;

  /** Stream {@code number} of its session; event ids start with it. */
  public SessionStream(long number, ReplayMemory memory) {
    this(number, 0, memory);
  }

  /**
   * The same with other sequences.
   *
   * @param last the sequence that the first event follows; what is asked from before it gets all
   */
  public SessionStream(long number, long last, ReplayMemory memory) {
    this.number = number;
    this.next = last + 1;
    this.memory = memory;
  }

  /** The stream's number in its session. */
  public long number() {
    return number;
  }

  /** The id of event {@code sequence}: what {@code Last-Event-ID} will say. */
  public String eventId(long sequence) {
    return number + "-" + sequence;
  }

  /** Adds a message. What is kept is a copy: messages are slices of large buffers. */
  public synchronized void append(Payload message) {
    add(SseFrame.message(eventId(next), message));
  }

  /** Adds the event that primes a client with an id to resume from. */
  public synchronized void prime() {
    add(SseFrame.priming(eventId(next)));
  }

  /** Adds the event that asks the client to come back after a while. */
  public synchronized void askToRetry(Duration after) {
    add(SseFrame.retry(eventId(next), after.toMillis()));
  }

  private void add(Payload frame) {
    if (ended) {
      return;
    }
    var log = events;
    if (log == null) {
      log = new ArrayDeque<>(2);
      events = log;
    }
    log.addLast(new Event(next++, Payload.of(frame.join())));
    keep(frame.length());
    while (log.size() > 1 && (log.size() > EVENTS_MAX || bytes > BYTES_MAX || memory.isOver())) {
      keep(-log.removeFirst().frame().length());
    }
    notifyAll();
  }

  private void keep(int more) {
    bytes += more;
    memory.add(more);
  }

  /** Says that nothing follows any more. */
  public synchronized void end() {
    if (!ended) {
      ended = true;
      endedNanos = System.nanoTime();
      notifyAll();
    }
  }

  /** Ends the stream and forgets its events: nobody will ask for them any more. */
  public synchronized void discard() {
    end();
    events = null;
    memory.add(-bytes);
    bytes = 0;
  }

  /** Whether nothing follows any more. */
  public synchronized boolean ended() {
    return ended;
  }

  /** Whether something comes, or may come, after an event. */
  public synchronized boolean hasMore(long after) {
    return !ended || (events != null && after < next - 1);
  }

  /** Nanoseconds since nothing follows any more; 0 before. */
  public synchronized long endedForNanos() {
    return ended ? Math.max(1, System.nanoTime() - endedNanos) : 0;
  }

  /** The sequence of the newest event; 0 when there was none. */
  public synchronized long last() {
    return next - 1;
  }

  /** Makes the caller the stream's consumer, in place of the one before, which ends. */
  public synchronized long takeOver() {
    notifyAll();
    return ++consumer;
  }

  /** Whether nobody took over since. */
  public synchronized boolean isConsumer(long token) {
    return token == consumer;
  }

  /**
   * What came after an event.
   *
   * @param frames the events, in order
   * @param last the sequence of the last of them, or the one asked from
   * @param over whether nothing follows for this consumer: the stream ended or another took over
   */
  public record Batch(List<Payload> frames, long last, boolean over) {}

  /** What came after event {@code after}, at once, even if that is nothing. */
  public synchronized Batch poll(long token, long after) {
    if (token != consumer) {
      return new Batch(List.of(), after, true);
    }
    var log = events;
    if (next - 1 <= after || log == null) {
      return new Batch(List.of(), after, ended);
    }
    var frames = new ArrayList<Payload>();
    for (var event : log) {
      if (event.sequence() > after) {
        frames.add(event.frame());
      }
    }
    return new Batch(frames, next - 1, ended);
  }

  /** Waits, at most {@code patience}, for something after event {@code after}. */
  public synchronized Batch await(long token, long after, Duration patience)
      throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    while (next - 1 <= after && !ended && token == consumer) {
      var left = until - System.nanoTime();
      if (left <= 0) {
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    return poll(token, after);
  }

  /** A place in a session's streams. */
  public record Position(long stream, long sequence) {}

  /** The stream's number and the sequence an event id names; null when it is not one of ours. */
  public static @Nullable Position parse(String eventId) {
    var dash = eventId.indexOf('-');
    if (dash <= 0 || eventId.length() > 40) {
      return null;
    }
    try {
      var position =
          new Position(
              Long.parseLong(eventId.substring(0, dash)),
              Long.parseLong(eventId.substring(dash + 1)));
      return position.stream() < 0 || position.sequence() < 0 ? null : position;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
