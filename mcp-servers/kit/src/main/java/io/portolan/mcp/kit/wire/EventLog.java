package io.portolan.mcp.kit.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one stream, kept so that a reader may come late or come back. Writers never block;
 * the oldest events go when a bound is reached. One reader is attached at a time: a later one takes
 * over. Safe for all threads; no lock is held over I/O.
 */
public final class EventLog {
  /** One message; {@code seq} counts from 1 without gaps. */
  public record Event(long seq, String data) {}

  /** What a reader finds. */
  public sealed interface Next {
    /** At least one event; {@code last} says that none will follow. */
    record Events(List<Event> events, boolean last) implements Next {}

    /** Nothing came in time. */
    record Idle() implements Next {}

    /** Everything was read and nothing will follow. */
    record Ended() implements Next {}

    /** The stream was closed under this reader, or another one took over; the log lives on. */
    record Detached() implements Next {}
  }

  private final int eventsMax;
  private final int charsMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock. The deque holds consecutive numbers and ends at nextSeq - 1.
  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private long nextSeq = 1;
  private long chars;
  private long reader;
  private boolean complete;

  /** Bounds are on what is kept; a single larger event is still kept until the next one comes. */
  public EventLog(int eventsMax, int charsMax) {
    this.eventsMax = eventsMax;
    this.charsMax = charsMax;
  }

  /** Adds an event; ignored once the log is complete. */
  public void append(String data) {
    lock.lock();
    try {
      if (complete) {
        return;
      }
      events.addLast(new Event(nextSeq++, data));
      chars += data.length();
      while (events.size() > 1 && (events.size() > eventsMax || chars > charsMax)) {
        chars -= events.removeFirst().data().length();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No event follows. Idempotent. */
  public void complete() {
    lock.lock();
    try {
      complete = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Adds the last event and completes in one step, so that a reader never sees them apart. */
  public void complete(String data) {
    lock.lock();
    try {
      append(data);
      complete();
    } finally {
      lock.unlock();
    }
  }

  /** Becomes the reader; the one before finds itself detached. */
  public long attach() {
    lock.lock();
    try {
      changed.signalAll();
      return ++reader;
    } finally {
      lock.unlock();
    }
  }

  /** Sends the present reader away; the log lives on. */
  public void detach() {
    attach();
  }

  /** The number of the newest event, 0 before the first. */
  public long newest() {
    lock.lock();
    try {
      return nextSeq - 1;
    } finally {
      lock.unlock();
    }
  }

  public boolean isComplete() {
    lock.lock();
    try {
      return complete;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something after {@code seq} is there, the log ends, or {@code timeout} is over. */
  public Next poll(long reader, long seq, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      var left = timeout.toNanos();
      while (true) {
        if (reader != this.reader) {
          return new Next.Detached();
        }
        if (seq < nextSeq - 1) {
          return new Next.Events(after(seq), complete);
        }
        if (complete) {
          return new Next.Ended();
        }
        if (left <= 0) {
          return new Next.Idle();
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Event> after(long seq) {
    var found = new ArrayList<Event>();
    for (var event : events) {
      if (event.seq() > seq) {
        found.add(event);
      }
    }
    return found;
  }
}
