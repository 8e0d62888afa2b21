package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * A child that stops reading fills its pipe, and a write to a full pipe blocks for as long as the
 * child likes. So one thread of the child's own writes, and everybody else only waits for room in a
 * queue, until a deadline.
 */

/** What goes to a child's standard input, line by line. Bounded. Thread-safe. */
final class ChildWriter {
  private static final int LINES_MAX = 1024;
  private static final long BYTES_MAX = 64L << 20;
  private static final int BATCH_BYTES = 64 << 10;

  /** A write of so many bytes to a pipe is done as a whole or not at all (POSIX, PIPE_BUF). */
  private static final int ATOMIC_BYTES = 512;

  /** One line on its way. */
  static final class Line {
    private static final int QUEUED = 0;
    private static final int WRITTEN = 1;
    private static final int UNSEEN = 2;

    private final byte[] bytes;
    private final AtomicInteger state = new AtomicInteger(QUEUED);

    Line(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Takes it back; false when it is too late and the child may have seen it. */
    boolean withdraw() {
      return state.compareAndSet(QUEUED, UNSEEN) || state.get() == UNSEEN;
    }
  }

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final ArrayDeque<Line> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean closed;

  ChildWriter(OutputStream out) {
    this.out = out;
  }

  /** The message as one line: line breaks between its JSON tokens become spaces. */
  static byte[] line(Payload message) {
    var bytes = new byte[message.length() + 1];
    var end = message.copyTo(bytes, 0);
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
    bytes[end] = '\n';
    return bytes;
  }

  /** Queues a line; false when there is no room before the deadline, or no more writing. */
  boolean offer(Line line, Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && isFull(line.bytes.length)) {
        var left = deadline.nanosLeft();
        if (left <= 0) {
          return false;
        }
        var _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
      if (closed) {
        return false;
      }
      queue.add(line);
      queuedBytes += line.bytes.length;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(int more) {
    return queue.size() >= LINES_MAX || (queuedBytes + more > BYTES_MAX && !queue.isEmpty());
  }

  /**
   * Writes until {@link #close} or until the child no longer reads. Runs on its own thread. A line
   * whose end was not written is as good as never sent: the child cannot have acted on it.
   */
  void run() {
    var buffer = new byte[BATCH_BYTES];
    var batch = new ArrayList<Line>();
    try (out) {
      for (var line = take(); line != null; line = take()) {
        batch.clear();
        if (!line.state.compareAndSet(Line.QUEUED, Line.WRITTEN)) {
          continue;
        }
        batch.add(line);
        if (line.bytes.length >= BATCH_BYTES) {
          out.write(line.bytes);
        } else {
          out.write(buffer, 0, gather(buffer, batch));
        }
        out.flush();
      }
    } catch (IOException _) {
      unseen(batch);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** A write failed: its last byte, at least, did not arrive. */
  private static void unseen(List<Line> batch) {
    var size = batch.stream().mapToInt(line -> line.bytes.length).sum();
    var first = size <= ATOMIC_BYTES ? 0 : batch.size() - 1;
    for (int i = Math.max(0, first); i < batch.size(); i++) {
      batch.get(i).state.set(Line.UNSEEN);
    }
  }

  /** Adds to a line what else is queued and fits, for one write instead of many. */
  private int gather(byte[] buffer, List<Line> batch) {
    var first = batch.getFirst().bytes;
    System.arraycopy(first, 0, buffer, 0, first.length);
    var size = first.length;
    lock.lock();
    try {
      for (var next = queue.peek();
          next != null && size + next.bytes.length <= buffer.length;
          next = queue.peek()) {
        queue.remove();
        queuedBytes -= next.bytes.length;
        if (next.state.compareAndSet(Line.QUEUED, Line.WRITTEN)) {
          System.arraycopy(next.bytes, 0, buffer, size, next.bytes.length);
          size += next.bytes.length;
          batch.add(next);
        }
      }
      changed.signalAll();
      return size;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Line take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && !closed) {
        changed.await();
      }
      var line = queue.poll();
      if (line != null) {
        queuedBytes -= line.bytes.length;
        changed.signalAll();
      }
      return line;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing can be written any more. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is queued, then closes the child's input. Idempotent. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
