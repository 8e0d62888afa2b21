package io.portolan.bench.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/**
 * {@code ./portolan bench store [DIR]}: acknowledged durable writes a second of 32 callers against
 * one flush of the disk a write, and reads of one row against raw SQLite. Interleaved rounds,
 * medians, ratios. Exit status 1 when a ratio misses its target.
 */
public final class StoreBench {
  private static final int ROUNDS = 5;
  private static final int WRITERS = 32;
  private static final double WRITES_TARGET = 5;
  private static final double READS_TARGET = 0.5;

  private StoreBench() {}

  /** Arguments: the folder to measure in; a temporary one without. */
  public static void main(String[] args) throws Exception {
    var folder =
        args.length > 0
            ? Files.createTempDirectory(Files.createDirectories(Path.of(args[0])), "bench")
            : Files.createTempDirectory("portolan-store-bench");
    System.exit(measure(folder) ? 0 : 1);
  }

  private static boolean measure(Path folder) throws Exception {
    System.out.printf(Locale.ROOT, "Measuring in %s, %d rounds%n", folder, ROUNDS);
    try (var raw = new RawSqlite(folder.resolve("raw.db"));
        var store = new StoreLoad(folder.resolve("store"))) {
      raw.fill();
      store.fill();
      var writes = new double[2][ROUNDS];
      var reads = new double[2][ROUNDS];
      // The first round warms up and is measured over.
      for (int round = -1; round < ROUNDS; round++) {
        var at = Math.max(0, round);
        writes[0][at] = store.writesPerSecond(WRITERS);
        writes[1][at] = raw.writesPerSecond();
        reads[0][at] = store.readsPerSecond();
        reads[1][at] = raw.readsPerSecond();
      }
      var fast = report("durable writes/s, " + WRITERS + " callers", writes, WRITES_TARGET);
      return report("point reads/s, 1 caller", reads, READS_TARGET) && fast;
    } finally {
      delete(folder);
    }
  }

  private static boolean report(String what, double[][] figures, double target) {
    var ours = median(figures[0]);
    var raw = median(figures[1]);
    var met = ours / raw >= target;
    System.out.printf(
        Locale.ROOT,
        "%-32s store %,9.0f   raw SQLite, one transaction each %,9.0f   ratio %5.2f (target %.1f: %s)%n",
        what,
        ours,
        raw,
        ours / raw,
        target,
        met ? "met" : "missed");
    return met;
  }

  private static double median(double[] figures) {
    var sorted = figures.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
