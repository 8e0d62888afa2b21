package io.portolan.inference.core.minilm;

import io.portolan.inference.core.EmbedOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one request, and what has become of them. {@link Waiting} alone calls {@link #take},
 * under its lock; everything else is safe for any thread.
 */
final class Batch {
  /** One text of it. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Text(Batch batch, int index, int[] tokens) {
    void done(float[] vector) {
      batch.vectors[index] = vector;
      batch.left.countDown();
    }

    void failed(Throwable cause) {
      batch.failure = cause;
      batch.release();
    }
  }

  private final List<int[]> tokens;
  private final Instant deadline;
  private final float[][] vectors;
  private final CountDownLatch left;
  private int taken;
  private volatile boolean given;
  private volatile @Nullable Throwable failure;

  Batch(List<int[]> tokens, Instant deadline) {
    this.tokens = tokens;
    this.deadline = deadline;
    this.vectors = new float[tokens.size()][];
    this.left = new CountDownLatch(tokens.size());
  }

  int size() {
    return tokens.size();
  }

  int untaken() {
    return tokens.size() - taken;
  }

  /** The next text if it has no more tokens than that; null if it has, or there is none. */
  @Nullable Text take(int tokensMax) {
    if (untaken() == 0 || tokens.get(taken).length > tokensMax) {
      return null;
    }
    return new Text(this, taken, tokens.get(taken++));
  }

  /** Nobody waits for it any more. */
  boolean isGivenUp(Instant now) {
    return given || !now.isBefore(deadline);
  }

  /** Lets the caller go with what there is. */
  void release() {
    while (left.getCount() > 0) {
      left.countDown();
    }
  }

  EmbedOutcome await(InstantSource clock) throws InterruptedException {
    try {
      var patience = Duration.between(clock.instant(), deadline);
      if (!left.await(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS)) {
        return new EmbedOutcome.Late();
      }
    } finally {
      given = true;
    }
    if (failure != null) {
      throw new IllegalStateException("the texts could not be embedded", failure);
    }
    return Arrays.stream(vectors).allMatch(vector -> vector != null)
        ? new EmbedOutcome.Embedded(MiniLm.ID, List.of(vectors))
        : new EmbedOutcome.Late();
  }
}
