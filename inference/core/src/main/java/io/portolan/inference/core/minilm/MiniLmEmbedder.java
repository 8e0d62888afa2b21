package io.portolan.inference.core.minilm;

import io.portolan.inference.core.EmbedOutcome;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.ModelId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/*
 * Callers divide their texts into tokens themselves and wait; a few threads take what waits, of all
 * requests in turn, into passes of up to 1024 tokens. So a request of one text goes beside one of a
 * thousand and not behind it.
 */

/** Computes with the model, in passes that concurrent requests share. */
public final class MiniLmEmbedder implements Embedder {
  /**
   * What an embedder takes.
   *
   * @param workers threads that compute, 1 to 64; each has 14 MB of heap
   * @param textsWaitingMax texts of all requests that may wait at a time, 1 to 100 000
   */
  public record Limits(int workers, int textsWaitingMax) {
    public Limits {
      if (workers < 1 || workers > 64) {
        throw new IllegalArgumentException("workers must be 1 to 64: " + workers);
      }
      if (textsWaitingMax < 1 || textsWaitingMax > 100_000) {
        throw new IllegalArgumentException(
            "textsWaitingMax must be 1 to 100000: " + textsWaitingMax);
      }
    }
  }

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final MiniLm model;
  private final InstantSource clock;
  private final Waiting waiting;
  private final List<Thread> workers = new ArrayList<>();

  /** Starts nothing yet. */
  public MiniLmEmbedder(MiniLm model, Limits limits, InstantSource clock) {
    this.model = model;
    this.clock = clock;
    this.waiting = new Waiting(limits.textsWaitingMax(), clock);
    for (int i = 0; i < limits.workers(); i++) {
      // Platform threads: they compute and never wait for I/O.
      workers.add(Thread.ofPlatform().daemon().name("embedder-" + i).unstarted(this::work));
    }
  }

  /** Starts the threads; once. */
  public MiniLmEmbedder start() {
    workers.forEach(Thread::start);
    return this;
  }

  @Override
  public ModelId model() {
    return MiniLm.ID;
  }

  @Override
  public EmbedOutcome embed(List<String> texts, Instant deadline) throws InterruptedException {
    var tooMuch = EmbedOutcome.TooMuch.of(texts);
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    if (texts.isEmpty()) {
      return new EmbedOutcome.Embedded(MiniLm.ID, List.of());
    }
    var tokens = new ArrayList<int[]>(texts.size());
    for (var text : texts) {
      tokens.add(model.tokens(text));
    }
    var batch = new Batch(tokens, deadline);
    return switch (waiting.add(batch)) {
      case FULL -> new EmbedOutcome.Busy(RETRY_AFTER);
      case CLOSED -> new EmbedOutcome.Late();
      case TAKEN -> batch.await(clock);
    };
  }

  private void work() {
    var encoder = model.encoder();
    try {
      while (true) {
        var pass = waiting.take();
        if (pass.isEmpty()) {
          return;
        }
        compute(encoder, pass);
      }
    } catch (InterruptedException e) {
      // Only close() interrupts: the thread ends.
      return;
    }
  }

  private static void compute(Encoder encoder, List<Batch.Text> pass) {
    try {
      var vectors = encoder.encode(pass.stream().map(Batch.Text::tokens).toList());
      for (int i = 0; i < pass.size(); i++) {
        pass.get(i).done(vectors.get(i));
      }
    } catch (RuntimeException | Error e) {
      // The callers must not wait for what will not come; they throw it.
      pass.forEach(text -> text.failed(e));
    }
  }

  @Override
  public void close() {
    waiting.close();
  }
}
