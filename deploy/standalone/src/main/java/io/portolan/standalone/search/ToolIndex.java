package io.portolan.standalone.search;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.search.ToolSearch.Hit;
import io.portolan.gateway.core.search.ToolSearch.Outcome;
import io.portolan.gateway.core.search.ToolSearch.Query;
import io.portolan.gateway.core.search.ToolSearch.Rank;
import io.portolan.inference.core.EmbedOutcome;
import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.hybrid.Passage;
import io.portolan.inference.core.hybrid.Passage.Place;
import io.portolan.inference.core.similarity.ExactIndex;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.lucene.LuceneHybridIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tools of one list, ready to be searched with one embedder. Immutable once made. */
final class ToolIndex {
  /** The index has nothing but this list's. */
  private static final String ALL = "all";

  private static final int TEXTS_AT_ONCE = 256;

  private final Embedder embedder;
  private final List<Item> tools;
  private final HybridIndex index;

  private ToolIndex(Embedder embedder, List<Item> tools) {
    this.embedder = embedder;
    this.tools = tools;
    this.index =
        new LuceneHybridIndex(
            new ExactIndex(
                embedder.model(), Math.max(1, tools.size()), Kernels.best(), Scan.INT8_THEN_FLOAT));
  }

  /**
   * Reads all tools of a list; takes some milliseconds each with a model, and next to nothing
   * without one.
   */
  static ToolIndex of(Listing list, ToolVectors vectors) throws InterruptedException {
    var made = new ToolIndex(vectors.embedder(), list.items());
    for (int from = 0; from < list.items().size(); from += TEXTS_AT_ONCE) {
      var to = Math.min(list.items().size(), from + TEXTS_AT_ONCE);
      made.add(from, list.items().subList(from, to), vectors);
    }
    return made;
  }

  private void add(int first, List<Item> some, ToolVectors vectors) throws InterruptedException {
    var texts = some.stream().map(ToolText::of).toList();
    var embedded = vectors.of(texts.stream().map(ToolText::meaning).toList());
    var passages = new ArrayList<Passage>(some.size());
    for (int i = 0; i < some.size(); i++) {
      passages.add(
          new Passage(
              Integer.toString(first + i),
              new Place("", 0, 0),
              Map.of(),
              texts.get(i).words(),
              embedded.get(i)));
    }
    var _ = index.upsert(ALL, passages); // which has room for as many as there are
  }

  Outcome search(Query query) throws InterruptedException {
    var deadline = Instant.now().plus(Duration.ofNanos(Math.max(0, query.deadline().nanosLeft())));
    return switch (embedder.embed(List.of(query.text()), deadline)) {
      case Embedded(var model, var vectors) -> {
        var asked =
            new HybridIndex.Query(query.text(), vectors.getFirst(), Map.of(), query.hitsMax());
        var hits = index.search(ALL, asked).stream().map(this::hit).toList();
        yield new Outcome.Found(hits, model.toString());
      }
      case EmbedOutcome.Busy(var after) -> new Outcome.Busy(after);
      case EmbedOutcome.Late _ -> new Outcome.Busy(Duration.ofSeconds(1));
      case EmbedOutcome.TooMuch _ ->
          throw new IllegalStateException("a query is shorter than any embedder's limit");
    };
  }

  private Hit hit(HybridIndex.Hit found) {
    return new Hit(
        tools.get(Integer.parseInt(found.id())),
        found.score(),
        new Rank(found.words().rank(), found.words().score()),
        new Rank(found.vector().rank(), found.vector().score()));
  }
}
