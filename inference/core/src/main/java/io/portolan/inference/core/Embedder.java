package io.portolan.inference.core;

import java.time.Instant;
import java.util.List;

/** Makes unit vectors of texts. Safe for any number of threads. */
public interface Embedder extends AutoCloseable {
  /** Most texts of one request. */
  int TEXTS_MAX = 1024;

  /** Most characters of one request, all texts together. */
  int CHARS_MAX = 4 << 20;

  /** What is stamped on every vector; the same for the embedder's life. */
  ModelId model();

  /**
   * Embeds the texts; blocks until the vectors are there or the deadline has passed.
   *
   * @param texts up to {@value #TEXTS_MAX}, together up to {@value #CHARS_MAX} characters; what a
   *     model cannot take of a long text is left out, and an empty text has a vector as well
   * @param deadline when the caller no longer waits
   * @throws InterruptedException if the thread was interrupted; the work may be done all the same
   */
  EmbedOutcome embed(List<String> texts, Instant deadline) throws InterruptedException;

  /** Frees threads; requests that wait end as late. Idempotent. */
  @Override
  void close();
}
