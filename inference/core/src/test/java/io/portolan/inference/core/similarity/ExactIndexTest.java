package io.portolan.inference.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.compute.KernelsTest;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.core.similarity.SimilarityIndex.Entry;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import io.portolan.inference.core.similarity.SimilarityIndex.Upserted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactIndexTest {
  private static final int WIDTH = 384;
  private static final ModelId MODEL = new ModelId("random", "fp32", WIDTH);

  private static ExactIndex index(Scan scan, long vectorsMax) {
    return new ExactIndex(MODEL, vectorsMax, Kernels.best(), scan);
  }

  /** Around a few directions, so that many are near each other. */
  private static float[] vector(SplittableRandom random) {
    var centre = new SplittableRandom(random.nextInt(8));
    var vector = new float[WIDTH];
    double squares = 0;
    for (int i = 0; i < WIDTH; i++) {
      vector[i] = (float) (centre.nextGaussian() + 0.7 * random.nextGaussian());
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < WIDTH; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private static List<Entry> entries(int count, long seed) {
    var random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Entry(
                    "id" + i,
                    Map.of("even", "" + (i % 2 == 0), "third", "" + i % 3),
                    vector(random)))
        .toList();
  }

  private static List<Hit> bruteForce(Stream<Entry> entries, Query query) {
    return entries
        .filter(e -> e.attributes().entrySet().containsAll(query.attributes().entrySet()))
        .map(e -> new Hit(e.id(), dot(e.vector(), query.vector())))
        .sorted(Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::id))
        .limit(query.hitsMax())
        .toList();
  }

  private static float dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return (float) sum;
  }

  private static void assertSame(List<Hit> found, List<Hit> expected) {
    assertThat(found).extracting(Hit::id).containsExactlyElementsOf(ids(expected));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-5f));
    }
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }

  @ParameterizedTest
  @EnumSource(Scan.class)
  void theNearestOfManyAreFoundWithEachFilter(Scan scan) {
    var entries = entries(6000, 1);
    var index = index(scan, 6000);
    index.upsert("acme", entries);
    var random = new SplittableRandom(2);
    var queries = new ArrayList<Query>();
    for (var attributes :
        List.of(
            Map.<String, String>of(),
            Map.of("even", "true"),
            Map.of("even", "false", "third", "2"),
            Map.of("even", "perhaps"))) {
      queries.add(new Query(vector(random), 10, attributes));
      queries.add(new Query(vector(random), 1000, attributes));
      queries.add(new Query(entries.get(77).vector(), 1, attributes));
    }
    var found = index.search("acme", queries);
    for (int i = 0; i < queries.size(); i++) {
      assertSame(found.get(i), bruteForce(entries.stream(), queries.get(i)));
    }
  }

  @Test
  void withoutTheVectorApiTheSameAreFound() {
    var entries = entries(3000, 5);
    var index = new ExactIndex(MODEL, 3000, KernelsTest.scalar(), Scan.INT8_THEN_FLOAT);
    index.upsert("acme", entries);
    var query = new Query(vector(new SplittableRandom(6)), 20, Map.of());
    assertSame(
        index.search("acme", List.of(query)).getFirst(), bruteForce(entries.stream(), query));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 42})
  void afterAnyChangesWhatIsThereIsFoundAndNothingElse(long seed) {
    var random = new SplittableRandom(seed);
    var truth = new HashMap<String, Entry>();
    var index = index(Scan.INT8_THEN_FLOAT, 10_000);
    for (int step = 0; step < 60; step++) {
      if (random.nextInt(3) > 0) {
        var changed = new ArrayList<Entry>();
        for (int i = random.nextInt(200); i >= 0; i--) {
          changed.add(
              new Entry(
                  "id" + random.nextInt(4000),
                  Map.of("k", "" + random.nextInt(3)),
                  vector(random)));
        }
        changed.forEach(entry -> truth.put(entry.id(), entry));
        assertThat(index.upsert("acme", changed)).isEqualTo(new Upserted.Stored());
      } else {
        var gone = random.ints(100, 0, 4000).mapToObj(i -> "id" + i).toList();
        int expected = truth.size();
        gone.forEach(truth::remove);
        assertThat(index.delete("acme", gone)).isEqualTo(expected - truth.size());
      }
      assertThat(index.size("acme")).as("seed " + seed).isEqualTo(truth.size());
      var query = new Query(vector(random), 15, step % 2 == 0 ? Map.of() : Map.of("k", "1"));
      assertSame(
          index.search("acme", List.of(query)).getFirst(),
          bruteForce(truth.values().stream(), query));
    }
    assertThat(index.deleteAll("acme")).isEqualTo(truth.size());
    assertThat(index.size("acme")).isZero();
  }

  @Test
  void aThousandEqualVectorsAreAllFound() {
    var one = vector(new SplittableRandom(1));
    var entries = IntStream.range(0, 3000).mapToObj(i -> new Entry("" + i, Map.of(), one)).toList();
    var index = index(Scan.INT8_THEN_FLOAT, 3000);
    index.upsert("acme", entries);
    var found = index.search("acme", List.of(new Query(one, 1000, Map.of()))).getFirst();
    assertThat(found).hasSize(1000).extracting(Hit::id).doesNotHaveDuplicates();
    assertThat(found).extracting(Hit::id).isSorted();
  }

  @Test
  void oneTenantNeverSeesAnother() {
    var index = index(Scan.INT8_THEN_FLOAT, 100);
    index.upsert("acme", entries(10, 1));
    index.upsert("globex", entries(3, 2));
    var query = new Query(entries(10, 1).get(9).vector(), 100, Map.of());
    assertThat(index.search("acme", List.of(query)).getFirst()).hasSize(10);
    assertThat(ids(index.search("globex", List.of(query)).getFirst()))
        .containsExactlyInAnyOrder("id0", "id1", "id2");
    assertThat(index.search("initech", List.of(query)).getFirst()).isEmpty();
    index.deleteAll("globex");
    assertThat(index.delete("globex", List.of("id9"))).isZero();
    assertThat(index.search("acme", List.of(query)).getFirst()).hasSize(10);
  }

  @Test
  void theIndexIsBoundedAndAnUpsertIsWholeOrNothing() {
    var index = index(Scan.INT8_THEN_FLOAT, 10);
    assertThat(index.upsert("acme", entries(10, 1))).isEqualTo(new Upserted.Stored());
    assertThat(index.upsert("acme", entries(10, 2))).isEqualTo(new Upserted.Stored());
    assertThat(index.upsert("globex", entries(1, 1))).isEqualTo(new Upserted.Full(10));
    assertThat(index.upsert("acme", entries(11, 1))).isEqualTo(new Upserted.Full(10));
    assertThat(index.size("acme")).isEqualTo(10);
    index.delete("acme", List.of("id0"));
    assertThat(index.upsert("globex", entries(1, 1))).isEqualTo(new Upserted.Stored());
  }

  @Test
  void aVectorOfAnotherModelIsRefused() {
    var index = index(Scan.FLOAT, 10);
    for (var wrong : List.of(new float[WIDTH], new float[3], nan())) {
      assertThatThrownBy(() -> index.upsert("acme", List.of(new Entry("a", Map.of(), wrong))))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.search("acme", List.of(new Query(wrong, 1, Map.of()))))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Query(wrong(), 1001, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Query(wrong(), 1000, Map.of()).hitsMax()).isEqualTo(1000);
  }

  private static float[] wrong() {
    return new float[WIDTH];
  }

  private static float[] nan() {
    var vector = new float[WIDTH];
    vector[3] = Float.NaN;
    return vector;
  }

  @Test
  void aSearchBesideChangesSeesEachChangeWhole() throws Exception {
    var index = index(Scan.INT8_THEN_FLOAT, 10_000);
    var entries = entries(300, 1);
    var query = new Query(entries.getFirst().vector(), 1000, Map.of());
    Callable<Void> change =
        () -> {
          for (int round = 0; round < 50; round++) {
            index.upsert("acme", entries);
            index.deleteAll("acme");
          }
          return null;
        };
    Callable<Void> search =
        () -> {
          for (int round = 0; round < 200; round++) {
            assertThat(index.search("acme", List.of(query)).getFirst().size()).isIn(0, 300);
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (var done : threads.invokeAll(List.of(change, search, search))) {
        done.get();
      }
    }
  }
}
