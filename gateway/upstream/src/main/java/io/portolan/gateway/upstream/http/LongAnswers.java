package io.portolan.gateway.upstream.http;

import io.portolan.gateway.upstream.calls.Pace;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the answers of one server that are longer than any ordinary one may take together: so many
 * at a time, and so many bytes a second. Who has to wait does not read. Thread-safe; blocking.
 */
final class LongAnswers {
  /** An answer, or a stream, of at most so many bytes is ordinary and waits for nothing. */
  static final int ORDINARY_BYTES = 1 << 20;

  private static final int AT_A_TIME = 4;
  private static final int END_CHECK_MILLIS = 100;

  private final Semaphore places = new Semaphore(AT_A_TIME, true);
  private final Pace pace = Pace.ofAnswers();

  /**
   * Takes a place, once there is one; {@link #leave} gives it back.
   *
   * @param over whether the exchange has ended meanwhile, by its deadline or a cancellation
   */
  void enter(BooleanSupplier over) throws IOException {
    try {
      while (!places.tryAcquire(END_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (over.getAsBoolean()) {
          throw new ClosedChannelException();
        }
      }
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  void leave() {
    places.release();
  }

  /** Counts bytes beyond the ordinary ones, and waits until more may be read. */
  void read(long bytes) throws IOException {
    try {
      pace.await(bytes);
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  /** As an interruption shows in a read of a channel. */
  private static ClosedByInterruptException interrupted() {
    Thread.currentThread().interrupt();
    return new ClosedByInterruptException();
  }
}
