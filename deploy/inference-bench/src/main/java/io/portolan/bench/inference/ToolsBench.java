package io.portolan.bench.inference;

import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.hybrid.Passage;
import io.portolan.inference.core.hybrid.Passage.Place;
import io.portolan.inference.core.minilm.MiniLm;
import io.portolan.inference.core.minilm.MiniLmEmbedder;
import io.portolan.inference.core.similarity.ExactIndex;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.lucene.LuceneHybridIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** A search among so many tools, with the query's vector: what find_tools does. */
final class ToolsBench {
  private static final int SEARCHES = 200;
  private static final List<String> VERBS = List.of("create", "list", "delete", "find", "update");

  void run() throws Exception {
    var clock = InstantSource.system();
    var model = MiniLm.load(ToolsBench.class.getClassLoader(), Kernels.best());
    System.out.println("Search for tools, top 5, one caller");
    try (var embedder =
        new MiniLmEmbedder(model, new MiniLmEmbedder.Limits(1, 4096), clock).start()) {
      for (int tools : List.of(1_000, 10_000, 100_000)) {
        try (var index = index(tools, model)) {
          var millis = new double[SEARCHES];
          for (int i = -50; i < SEARCHES; i++) {
            var text = VERBS.get(Math.floorMod(i, 5)) + " the thing number " + Math.floorMod(i, 97);
            long began = System.nanoTime();
            var deadline = clock.instant().plus(Duration.ofMinutes(1));
            var vector = ((Embedded) embedder.embed(List.of(text), deadline)).vectors().getFirst();
            var found = index.search("all", new HybridIndex.Query(text, vector, Map.of(), 5));
            millis[Math.max(0, i)] = (System.nanoTime() - began) / 1e6;
            if (found.size() != 5) {
              throw new IllegalStateException("found " + found.size());
            }
          }
          Arrays.sort(millis);
          System.out.printf(
              Locale.ROOT,
              "  %,7d tools: p50 %.1f ms, p99 %.1f ms%n",
              tools,
              millis[SEARCHES / 2],
              millis[SEARCHES * 99 / 100]);
        }
      }
    }
  }

  private static HybridIndex index(int tools, MiniLm model) {
    System.out.printf(Locale.ROOT, "  (%s, %s)%n", MiniLm.ID, model.engine());
    var index =
        new LuceneHybridIndex(
            new ExactIndex(MiniLm.ID, tools, Kernels.best(), Scan.INT8_THEN_FLOAT));
    var random = new SplittableRandom(3);
    for (int from = 0; from < tools; from += 1_000) {
      var some = new ArrayList<Passage>();
      for (int i = from; i < from + 1_000; i++) {
        var text =
            "server %d. %s thing %d. Will %s the thing of kind %d in project %d"
                .formatted(i % 100, VERBS.get(i % 5), i % 97, VERBS.get(i % 5), i % 31, i);
        some.add(
            new Passage(
                Integer.toString(i),
                new Place("", 0, 0),
                Map.of(),
                text,
                SimilarityBench.vector(random)));
      }
      if (!(index.upsert("all", some) instanceof HybridIndex.Upserted.Stored)) {
        throw new IllegalStateException("no room");
      }
    }
    return index;
  }
}
