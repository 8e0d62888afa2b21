package io.portolan.inference.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.hashing.HashingEmbedder;
import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.hybrid.HybridIndex.Hit;
import io.portolan.inference.core.hybrid.HybridIndex.Part;
import io.portolan.inference.core.hybrid.HybridIndex.Query;
import io.portolan.inference.core.hybrid.HybridIndex.Upserted;
import io.portolan.inference.core.hybrid.Passage;
import io.portolan.inference.core.hybrid.Passage.Place;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every hybrid index does. Engines extend it and make the index. */
public abstract class HybridIndexContract {
  private static final Map<String, String> ANY = Map.of();
  private final HashingEmbedder embedder = new HashingEmbedder();

  /** An index without passages that has room for so many, of all tenants together. */
  protected abstract HybridIndex emptyIndex(ModelId model, long passagesMax) throws Exception;

  private HybridIndex index(long passagesMax) throws Exception {
    return emptyIndex(embedder.model(), passagesMax);
  }

  private float[] vector(String text) {
    return ((Embedded) embedder.embed(List.of(text), Instant.MAX)).vectors().getFirst();
  }

  private Passage passage(String id, String text, Map<String, String> attributes) {
    return new Passage(
        id, new Place("doc-" + id, 3, 3 + text.length()), attributes, text, vector(text));
  }

  private Query query(String text) {
    return new Query(text, vector(text), ANY, 10);
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }

  private static void store(HybridIndex index, String tenant, List<Passage> passages) {
    assertThat(index.upsert(tenant, passages)).isEqualTo(new Upserted.Stored());
  }

  private List<Passage> animals() {
    return List.of(
        passage("fox", "The quick brown fox jumps over a dog", Map.of("kind", "wild")),
        passage("cat", "Cats sleep all day long in the sun", Map.of("kind", "tame")),
        passage("dog", "A dog barks at the neighbour's cats", Map.of("kind", "tame")),
        passage("owl", "Owls hunt mice in the night", Map.of("kind", "wild", "flies", "yes")));
  }

  @Test
  void aHitSaysWhereItIsAndWhyItIsThere() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      var hit = index.search("acme", query("owls at night")).getFirst();
      assertThat(hit.id()).isEqualTo("owl");
      assertThat(hit.place()).isEqualTo(new Place("doc-owl", 3, 30));
      assertThat(hit.model()).isEqualTo(embedder.model());
      assertThat(hit.words().rank()).isEqualTo(1);
      assertThat(hit.words().score()).isPositive();
      assertThat(hit.vector().rank()).isEqualTo(1);
      assertThat(hit.vector().score()).isBetween(0.0, 1.001);
      assertThat(hit.score()).isEqualTo(2.0 / 61);
    }
  }

  @Test
  void eitherPartMayBeLeftOut() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      var byWords = index.search("acme", Query.words("fox", ANY, 10));
      assertThat(ids(byWords)).containsExactly("fox");
      assertThat(byWords.getFirst().vector()).isEqualTo(Part.NONE);
      var byVector = index.search("acme", new Query("", vector("fox"), ANY, 10));
      assertThat(byVector).hasSize(4);
      assertThat(byVector.getFirst().id()).isEqualTo("fox");
      assertThat(byVector.getFirst().words()).isEqualTo(Part.NONE);
      assertThat(index.search("acme", Query.words("", ANY, 10))).isEmpty();
    }
  }

  @Test
  void queriesAreWordsAndNoLanguage() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      for (var text :
          List.of(
              "fox AND (", "id:fox OR *:*", "\"fox", "fox~2 ^^", "+-fox", "f?x fox*", "[a TO z]")) {
        var found = index.search("acme", Query.words(text, ANY, 10));
        assertThat(ids(found)).as(text).isSubsetOf("fox", "cat", "dog", "owl");
      }
      assertThat(index.search("acme", Query.words("*:*", ANY, 10))).isEmpty();
    }
  }

  @Test
  void filtersHoldForBothParts() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      var text = "dog cats fox owls";
      for (var vector : new float[][] {vector(text), {}}) {
        assertThat(ids(index.search("acme", new Query(text, vector, Map.of("kind", "wild"), 10))))
            .containsExactlyInAnyOrder("fox", "owl");
        assertThat(
                ids(
                    index.search(
                        "acme",
                        new Query(text, vector, Map.of("kind", "wild", "flies", "yes"), 10))))
            .containsExactly("owl");
        assertThat(index.search("acme", new Query(text, vector, Map.of("kind", "Wild"), 10)))
            .isEmpty();
        assertThat(index.search("acme", new Query(text, vector, Map.of("wild", "kind"), 10)))
            .isEmpty();
      }
    }
  }

  /** Were filters applied to what was found, what is asked for would not be among it. */
  @Test
  void filtersAreInsideTheSearch() throws Exception {
    try (var index = index(5_000)) {
      store(
          index,
          "acme",
          IntStream.range(0, 3_000)
              .mapToObj(i -> passage("near" + i, "fox fox fox", Map.of("kind", "wild")))
              .toList());
      store(index, "acme", List.of(passage("far", "a fox, perhaps", Map.of("kind", "rare"))));
      var found = index.search("acme", new Query("fox", vector("fox"), Map.of("kind", "rare"), 5));
      assertThat(ids(found)).containsExactly("far");
      assertThat(found.getFirst().words().rank()).isEqualTo(1);
      assertThat(found.getFirst().vector().rank()).isEqualTo(1);
    }
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      store(index, "globex", List.of(passage("fox", "a red fox", ANY)));
      assertThat(ids(index.search("globex", query("fox dog cats")))).containsExactly("fox");
      assertThat(index.search("globex", query("fox")).getFirst().place().to()).isEqualTo(12);
      assertThat(index.search("initech", query("fox"))).isEmpty();
      index.delete("globex", List.of("cat", "dog"));
      index.deleteAll("globex");
      assertThat(index.size("globex")).isZero();
      assertThat(index.size("acme")).isEqualTo(4);
      assertThat(ids(index.search("acme", query("fox")))).contains("fox", "cat");
    }
  }

  @Test
  void whatIsDeletedOrReplacedIsNotFound() throws Exception {
    try (var index = index(100)) {
      store(index, "acme", animals());
      index.delete("acme", List.of("fox", "nobody"));
      assertThat(ids(index.search("acme", query("quick brown fox")))).doesNotContain("fox");
      store(index, "acme", List.of(passage("owl", "penguins swim", Map.of("kind", "wild"))));
      assertThat(index.search("acme", Query.words("owls", ANY, 10))).isEmpty();
      assertThat(ids(index.search("acme", Query.words("penguins", ANY, 10))))
          .containsExactly("owl");
      assertThat(index.search("acme", Query.words("swim", Map.of("flies", "yes"), 10))).isEmpty();
      assertThat(index.size("acme")).isEqualTo(3);
    }
  }

  @Test
  void roomIsBoundedAndAnUpsertIsWholeOrNothing() throws Exception {
    try (var index = index(4)) {
      store(index, "acme", animals());
      store(index, "acme", animals());
      assertThat(index.upsert("globex", List.of(passage("x", "x", ANY))))
          .isEqualTo(new Upserted.Full(4));
      assertThat(
              index.upsert("acme", List.of(passage("fox", "changed", ANY), passage("y", "y", ANY))))
          .isEqualTo(new Upserted.Full(4));
      assertThat(index.search("acme", Query.words("changed", ANY, 10))).isEmpty();
      index.delete("acme", List.of("cat"));
      store(index, "globex", List.of(passage("x", "x", ANY)));
    }
  }

  @Test
  void whatIsNoVectorOfTheModelIsRefusedAndNothingChanges() throws Exception {
    try (var index = index(10)) {
      var wrong = new Passage("a", new Place("d", 0, 1), ANY, "word", new float[] {1});
      assertThatThrownBy(() -> index.upsert("acme", List.of(animals().getFirst(), wrong)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(index.size("acme")).isZero();
      assertThat(index.search("acme", Query.words("fox word", ANY, 10))).isEmpty();
    }
  }

  /** The one part of what a search does that can be said without knowing the engine. */
  @ParameterizedTest
  @ValueSource(longs = {1, 8, 2026})
  void afterAnyChangesEachWordIsFoundWhereItIs(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var truth = new HashMap<String, String>();
    try (var index = index(1_000)) {
      for (int step = 0; step < 40; step++) {
        var id = "p" + random.nextInt(15);
        var word = "word" + random.nextInt(6);
        if (random.nextInt(4) == 0) {
          index.delete("acme", List.of(id));
          truth.remove(id);
        } else {
          store(index, "acme", List.of(passage(id, "some " + word, Map.of("w", word))));
          truth.put(id, word);
        }
        var asked = "word" + random.nextInt(6);
        var expected =
            truth.entrySet().stream()
                .filter(e -> e.getValue().equals(asked))
                .map(Map.Entry::getKey);
        assertThat(ids(index.search("acme", Query.words(asked, ANY, 20))))
            .as("seed " + seed + ", step " + step)
            .containsExactlyInAnyOrderElementsOf(expected.toList());
        assertThat(index.search("acme", new Query("", vector(asked), Map.of("w", asked), 20)))
            .hasSameSizeAs(truth.values().stream().filter(asked::equals).toList());
      }
      assertThat(index.size("acme")).isEqualTo(truth.size());
    }
  }

  @Test
  void manyMayChangeAndSearchAtATime() throws Exception {
    try (var index = index(1_000);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 8)
              .<Callable<@Nullable Void>>mapToObj(
                  t ->
                      () -> {
                        for (int i = 0; i < 10; i++) {
                          store(index, "t" + t, List.of(passage("p" + i, "fox number " + i, ANY)));
                          assertThat(index.search("t" + t, query("fox")))
                              .hasSize(i + 1 > 10 ? 10 : i + 1);
                        }
                        return null;
                      })
              .toList();
      for (var done : threads.invokeAll(tasks)) {
        done.get();
      }
      assertThat(index.size("t3")).isEqualTo(10);
    }
  }
}
