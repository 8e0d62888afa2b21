package io.portolan.bench.inference;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.ExactIndex;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.core.similarity.SimilarityIndex;
import io.portolan.inference.core.similarity.SimilarityIndex.Entry;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** A million vectors of 384: the ten nearest, beside a read of the same bytes. One thread. */
final class SimilarityBench {
  private static final int VECTORS = 1_000_000;
  private static final int WIDTH = 384;
  private static final int ROUNDS = 7;
  private static final int TOGETHER = 16;
  private static final int HITS = 10;
  private static final double FLOAT_TARGET = 0.7;
  private static final double INT8_TARGET = 3;
  private static final ModelId MODEL = new ModelId("random", "fp32", WIDTH);

  private double sink;

  boolean run() {
    System.out.printf(
        Locale.ROOT, "Similarity, %,d x %d, top %d, one thread%n", VECTORS, WIDTH, HITS);
    var queries = queries();
    var exact = new ArrayList<List<Hit>>();
    double read = read();
    var floats = index(Scan.FLOAT);
    double one = oneByOne(floats, queries, exact);
    double together = together(floats, queries);
    floats = index(Scan.INT8_THEN_FLOAT);
    var found = new ArrayList<List<Hit>>();
    double int8 = oneByOne(floats, queries, found);
    double int8Together = together(floats, queries);
    System.out.printf(
        Locale.ROOT,
        "  ms: read %.1f; float %.1f, of %d together %.1f each; int8 with rescoring %.1f, %.1f each"
            + " (%.0f)%n",
        read,
        one,
        TOGETHER,
        together,
        int8,
        int8Together,
        sink % 2);
    var met =
        InferenceBench.report("float scan, by a read of the same bytes", read / one, FLOAT_TARGET);
    met &=
        InferenceBench.report("int8 with rescoring, faster than float by", one / int8, INT8_TARGET);
    return InferenceBench.report("recall of int8 with rescoring", recall(exact, found), 1) && met;
  }

  private static double recall(List<List<Hit>> exact, List<List<Hit>> found) {
    int same = 0;
    for (int i = 0; i < exact.size(); i++) {
      var ids = new HashSet<>(exact.get(i).stream().map(Hit::id).toList());
      same += (int) found.get(i).stream().filter(hit -> ids.contains(hit.id())).count();
    }
    return (double) same / (exact.size() * HITS);
  }

  private static double oneByOne(SimilarityIndex index, List<Query> queries, List<List<Hit>> to) {
    var millis = new double[ROUNDS];
    for (int round = -2; round < ROUNDS; round++) {
      var query = queries.get(Math.max(0, round));
      long began = System.nanoTime();
      var hits = index.search("all", List.of(query)).getFirst();
      if (round >= 0) {
        millis[round] = (System.nanoTime() - began) / 1e6;
        to.add(hits);
      }
    }
    return Stopwatch.median(millis);
  }

  private static double together(SimilarityIndex index, List<Query> queries) {
    var millis = new double[3];
    for (int round = 0; round < millis.length; round++) {
      long began = System.nanoTime();
      var found = index.search("all", queries);
      millis[round] = (System.nanoTime() - began) / 1e6 / found.size();
    }
    return Stopwatch.median(millis);
  }

  /** As much as the vectors have, in blocks as large as theirs. */
  private double read() {
    var blocks = new float[VECTORS / 4000][4000 * WIDTH];
    var millis = new double[ROUNDS];
    for (int round = -2; round < ROUNDS; round++) {
      long began = System.nanoTime();
      for (var block : blocks) {
        sink += sum(block);
      }
      millis[Math.max(0, round)] = (System.nanoTime() - began) / 1e6;
    }
    return Stopwatch.median(millis);
  }

  private static float sum(float[] block) {
    var lanes = FloatVector.SPECIES_PREFERRED;
    int step = lanes.length();
    var a = FloatVector.zero(lanes);
    var b = a;
    var c = a;
    var d = a;
    for (int i = 0; i + 4 * step <= block.length; i += 4 * step) {
      a = a.add(FloatVector.fromArray(lanes, block, i));
      b = b.add(FloatVector.fromArray(lanes, block, i + step));
      c = c.add(FloatVector.fromArray(lanes, block, i + 2 * step));
      d = d.add(FloatVector.fromArray(lanes, block, i + 3 * step));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static ExactIndex index(Scan scan) {
    var index = new ExactIndex(MODEL, VECTORS, Kernels.best(), scan);
    var random = new SplittableRandom(1);
    for (int from = 0; from < VECTORS; from += 10_000) {
      var some = new ArrayList<Entry>();
      for (int i = 0; i < 10_000; i++) {
        some.add(new Entry(Integer.toString(from + i), Map.of(), vector(random)));
      }
      if (!(index.upsert("all", some) instanceof SimilarityIndex.Upserted.Stored)) {
        throw new IllegalStateException("no room");
      }
    }
    return index;
  }

  private static List<Query> queries() {
    var random = new SplittableRandom(2);
    var queries = new ArrayList<Query>();
    for (int i = 0; i < TOGETHER; i++) {
      queries.add(new Query(vector(random), HITS, Map.of()));
    }
    return queries;
  }

  /** Near one of a thousand directions, as texts of one subject are. */
  static float[] vector(SplittableRandom random) {
    var centre = new SplittableRandom(random.nextInt(1000));
    var vector = new float[WIDTH];
    double squares = 0;
    for (int i = 0; i < WIDTH; i++) {
      vector[i] = (float) (centre.nextDouble(-1, 1) + random.nextDouble(-1.5, 1.5));
      squares += vector[i] * vector[i];
    }
    float factor = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < WIDTH; i++) {
      vector[i] *= factor;
    }
    return vector;
  }
}
