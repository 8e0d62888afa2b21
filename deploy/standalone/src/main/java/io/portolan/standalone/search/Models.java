package io.portolan.standalone.search;

import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.hashing.HashingEmbedder;
import io.portolan.inference.core.minilm.MiniLm;
import io.portolan.inference.core.minilm.MiniLmEmbedder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;

/** Chooses what understands tools in this process. */
public final class Models {
  private static final System.Logger LOG = System.getLogger(Models.class.getName());

  /** The model takes 45 MB of heap, and 14 MB for each thread that computes. */
  private static final long HEAP_MIN = 400L << 20;

  private static final int TEXTS_WAITING_MAX = 4_096;

  private Models() {}

  /** The model, where it is and fits; else what needs none. Takes about a second. */
  public static Embedder best(InstantSource clock) {
    var loader = Models.class.getClassLoader();
    if (!MiniLm.isAt(loader) || Runtime.getRuntime().maxMemory() < HEAP_MIN) {
      LOG.log(Level.INFO, "tools are found by words and spellings: no model, or too small a heap");
      return new HashingEmbedder();
    }
    try {
      var model = MiniLm.load(loader, Kernels.best());
      var workers = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);
      LOG.log(Level.DEBUG, "tools are understood by {0} with {1}", MiniLm.ID, model.engine());
      return new MiniLmEmbedder(model, new MiniLmEmbedder.Limits(workers, TEXTS_WAITING_MAX), clock)
          .start();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "tools are found by words and spellings: " + e.getMessage());
      return new HashingEmbedder();
    }
  }
}
