package io.portolan.gateway.http.access;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The access log. Callers leave their line in a buffer and go on; one thread takes what has
 * gathered and writes it in one piece, at most {@value #GATHER_MILLIS} ms after the first line. A
 * buffer that is full because nobody reads the output drops lines and counts them: a call never
 * waits for its log line. Thread-safe.
 */
public final class AccessLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long GATHER_MILLIS = 20;
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
  private static final long CLOSE_MILLIS = 2_000;

  private final InstantSource clock;
  private final @Nullable OutputStream output;

  // Guarded by lock; never held over I/O. The writer swaps the two buffers.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final AccessLine line = new AccessLine();
  private byte[] gathering;
  private byte[] writing;
  private int size;
  private long dropped;
  private boolean closed;
  private @Nullable Thread writer;

  private AccessLog(InstantSource clock, @Nullable OutputStream output) {
    this.clock = clock;
    this.output = output;
    this.gathering = new byte[output == null ? 0 : BUFFER_BYTES];
    this.writing = new byte[output == null ? 0 : BUFFER_BYTES];
  }

  /** Writes to a stream, which is flushed but not closed. */
  public static AccessLog to(OutputStream output, InstantSource clock) {
    return new AccessLog(clock, output);
  }

  /**
   * Writes to a file; at 64 MiB it becomes {@code file.1}, that one {@code file.2}, and the one
   * before is deleted.
   *
   * @throws IOException when the file cannot be opened for writing
   */
  public static AccessLog toFile(Path file, InstantSource clock) throws IOException {
    return new AccessLog(clock, RotatingFile.open(file));
  }

  /** Writes nothing. */
  public static AccessLog off() {
    return new AccessLog(InstantSource.system(), null);
  }

  /** Starts the writing thread. */
  public void start() {
    if (output != null && writer == null) {
      writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
    }
  }

  /** Leaves a line to be written; never blocks for I/O. */
  public void add(AccessEntry entry) {
    if (output == null) {
      return;
    }
    var now = clock.millis();
    lock.lock();
    try {
      var length = line.format(now, entry);
      if (closed || length > gathering.length - size) {
        dropped++;
        return;
      }
      System.arraycopy(line.bytes(), 0, gathering, size, length);
      var before = size;
      size += length;
      if (before == 0 || (before < BUFFER_BYTES / 2 && size >= BUFFER_BYTES / 2)) {
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many lines were dropped so far. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try {
      while (gather()) {
        int length;
        lock.lock();
        try {
          length = size;
          var full = gathering;
          gathering = writing;
          writing = full;
          size = 0;
        } finally {
          lock.unlock();
        }
        writeOut(length);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until there are lines and a little longer for more; false at the end. */
  private boolean gather() throws InterruptedException {
    lock.lock();
    try {
      while (size == 0 && !closed) {
        filled.await();
      }
      // A buffer half full ends the wait: at that rate the next lines need the other half.
      for (var left = GATHER_NANOS; left > 0 && size < BUFFER_BYTES / 2 && !closed; ) {
        left = filled.awaitNanos(left);
      }
      return size > 0;
    } finally {
      lock.unlock();
    }
  }

  private void writeOut(int length) {
    var out = output;
    if (out == null) {
      return;
    }
    try {
      out.write(writing, 0, length);
      out.flush();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "writing the access log failed", e);
    }
  }

  /** Writes what is left, waiting at most two seconds for the output. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    var thread = writer;
    try {
      if (thread != null) {
        thread.join(CLOSE_MILLIS);
      }
      if (output instanceof RotatingFile file) {
        file.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "closing the access log failed", e);
    }
  }
}
