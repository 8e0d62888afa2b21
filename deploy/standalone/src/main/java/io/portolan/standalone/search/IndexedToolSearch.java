package io.portolan.standalone.search;

import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.search.ToolSearch;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.hashing.HashingEmbedder;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * A list is immutable and belongs to one catalogue as the callers see it whom the rules treat alike:
 * so an index belongs to a list, and neither its rankings nor the rarity of its words tell of tools
 * that are not in it. It is first made without a model, which takes milliseconds, and replaced by one
 * with the model as soon as that has read the tools.
 */

/** Searches lists of tools, each through an index that is made when it is first asked for. */
public final class IndexedToolSearch implements ToolSearch, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(IndexedToolSearch.class.getName());
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** Tools of all indexes; the one that is being searched stays, however large it is. */
  private static final int TOOLS_MAX = 200_000;

  private static final int INDEXES_MAX = 64;

  private final Supplier<Embedder> model;
  private final int vectorsKept;
  private final InstantSource clock;
  private final ToolVectors hashed;

  // One thread makes all indexes, the model's too; so at most INDEXES_MAX wait for it.
  private final ExecutorService maker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("tool-index-maker").factory());
  private @Nullable ToolVectors meant;
  private volatile @Nullable Embedder loaded;

  // The one used least recently first; at most INDEXES_MAX. Under its own lock.
  private final Map<Listing, Made> indexes = new LinkedHashMap<>(16, 0.75f, true);

  /** An index on its way; {@code now} is the best there is. */
  private static final class Made {
    private final CompletableFuture<ToolIndex> first = new CompletableFuture<>();
    private final AtomicReference<@Nullable ToolIndex> now = new AtomicReference<>();
    private volatile boolean forgotten;
  }

  /**
   * Reads nothing before the first search.
   *
   * @param model gives the embedder to use; a {@link HashingEmbedder} where there is no model
   * @param vectorsKept how many vectors of tools are kept for the next catalogue
   */
  public IndexedToolSearch(Supplier<Embedder> model, int vectorsKept, InstantSource clock) {
    this.model = model;
    this.vectorsKept = vectorsKept;
    this.clock = clock;
    this.hashed = new ToolVectors(new HashingEmbedder(), vectorsKept, clock);
  }

  @Override
  public Outcome search(Listing tools, Query query) throws InterruptedException {
    var made = made(tools);
    var best = made.now.get();
    if (best != null) {
      return best.search(query);
    }
    try {
      return made.first
          .get(Math.max(0, query.deadline().nanosLeft()), TimeUnit.NANOSECONDS)
          .search(query);
    } catch (TimeoutException | CancellationException _) { // it takes too long, or was given up
      return new Outcome.Busy(RETRY_AFTER);
    } catch (ExecutionException e) {
      forget(tools);
      throw new IllegalStateException("the tools could not be indexed", e);
    }
  }

  private Made made(Listing tools) {
    synchronized (indexes) {
      var known = indexes.get(tools);
      if (known != null) {
        return known;
      }
      var made = new Made();
      indexes.put(tools, made);
      forgetOldest();
      maker.execute(() -> make(tools, made));
      return made;
    }
  }

  private void forgetOldest() {
    long sum = indexes.keySet().stream().mapToLong(list -> list.items().size()).sum();
    var oldest = indexes.entrySet().iterator();
    for (int left = indexes.size(); left > 1 && (left > INDEXES_MAX || sum > TOOLS_MAX); left--) {
      var entry = oldest.next();
      sum -= entry.getKey().items().size();
      entry.getValue().forgotten = true;
      oldest.remove();
    }
  }

  private void forget(Listing tools) {
    synchronized (indexes) {
      indexes.remove(tools);
    }
  }

  private void make(Listing tools, Made made) {
    try {
      if (made.forgotten) {
        made.first.cancel(false);
        return;
      }
      var quick = ToolIndex.of(tools, hashed);
      made.now.set(quick);
      made.first.complete(quick);
      maker.execute(() -> makeMeant(tools, made));
    } catch (InterruptedException _) {
      made.first.cancel(false); // it is being closed
    } catch (RuntimeException | Error e) {
      made.first.completeExceptionally(e);
    }
  }

  /** Nobody waits for it: whoever searches has the first one. */
  private void makeMeant(Listing tools, Made made) {
    try {
      var vectors = meant();
      if (!made.forgotten && !vectors.embedder().model().equals(hashed.embedder().model())) {
        made.now.set(ToolIndex.of(tools, vectors));
      }
    } catch (InterruptedException _) {
      return; // it is being closed
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "tools are found by their words only", e);
    }
  }

  private ToolVectors meant() {
    var known = meant;
    if (known == null) {
      var embedder = model.get();
      loaded = embedder;
      known = new ToolVectors(embedder, vectorsKept, clock);
      meant = known;
    }
    return known;
  }

  @Override
  public void close() {
    maker.shutdownNow();
    var embedder = loaded;
    if (embedder != null) {
      embedder.close();
    }
  }
}
