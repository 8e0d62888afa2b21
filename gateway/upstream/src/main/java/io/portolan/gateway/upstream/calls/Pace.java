package io.portolan.gateway.upstream.calls;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/*
 * A virtual thread that always finds something to read never gives up its carrier, so a burst is time
 * that others wait: it is short. And a sleep costs more than a message, so a wait that is not worth
 * one is added to the next; until then others go first.
 *
 * One number: up to when the bytes read so far are paid for. It moves ahead by what each read costs
 * and never lies further back than the burst, so a server that was quiet may be quick for a while.
 */

/**
 * How fast one server is read at most, where it sends more than any call takes. Who is ahead of it
 * waits and does not read; what the server goes on sending stays in its own buffers and, when those
 * are full, with it. So a server that floods takes a bounded share of this process. Thread-safe.
 */
public final class Pace {
  /** What a message costs beside its bytes: about as much work as copying so many. */
  public static final int MESSAGE_BYTES = 8 << 10;

  private static final long ANSWERS_BYTES_PER_SECOND = 32L << 20;
  private static final long ERRORS_BYTES_PER_SECOND = 16L << 20;
  private static final long BURST_NANOS = 100_000_000;
  private static final long SLEEP_NANOS_MIN = 10_000_000;

  private final long bytesPerSecond;
  private final LongSupplier nanos;
  private final AtomicLong paidUntil;

  /**
   * @param bytesPerSecond at most, and a tenth of it at once after a quiet time; 1 to 2^33
   * @param nanos what {@link System#nanoTime} is to a running gateway
   */
  Pace(long bytesPerSecond, LongSupplier nanos) {
    if (bytesPerSecond < 1 || bytesPerSecond > 1L << 33) {
      throw new IllegalArgumentException("bytesPerSecond must be 1 to 2^33: " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.nanos = nanos;
    this.paidUntil = new AtomicLong(nanos.getAsLong() - BURST_NANOS);
  }

  /** For the answers and streams of one server: 32 MiB a second. */
  public static Pace ofAnswers() {
    return new Pace(ANSWERS_BYTES_PER_SECOND, System::nanoTime);
  }

  /** For the standard error of one child: 16 MiB a second. */
  public static Pace ofErrors() {
    return new Pace(ERRORS_BYTES_PER_SECOND, System::nanoTime);
  }

  /** Counts bytes that were read, and waits until more may be. */
  @SuppressWarnings("ThreadPriorityCheck") // no synchronisation: see above
  public void await(long bytes) throws InterruptedException {
    var wait = count(bytes);
    if (wait >= SLEEP_NANOS_MIN) {
      TimeUnit.NANOSECONDS.sleep(wait);
    } else if (wait > 0) {
      Thread.yield();
    }
  }

  /** Counts bytes that were read; how long to wait before more are, in nanoseconds. */
  long count(long bytes) {
    var cost = bytes * 1_000_000_000 / bytesPerSecond;
    var now = nanos.getAsLong();
    var until =
        paidUntil.updateAndGet(
            paid -> paid - (now - BURST_NANOS) < 0 ? now - BURST_NANOS + cost : paid + cost);
    return Math.max(0, until - now);
  }
}
