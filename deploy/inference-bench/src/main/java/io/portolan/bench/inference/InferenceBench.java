package io.portolan.bench.inference;

import java.util.Locale;
import java.util.Set;

/**
 * {@code ./portolan bench inference [encoder] [similarity] [tools]}: interleaved rounds, medians,
 * ratios. Exit status 1 when a ratio misses its target. There is no section for graphics devices
 * yet.
 */
public final class InferenceBench {
  private InferenceBench() {}

  /** Arguments: the parts to run; all without. */
  public static void main(String[] args) throws Exception {
    var parts = args.length == 0 ? Set.of("encoder", "similarity", "tools") : Set.of(args);
    var met = true;
    if (parts.contains("encoder")) {
      met &= new EncoderBench().run();
    }
    if (parts.contains("similarity")) {
      met &= new SimilarityBench().run();
    }
    if (parts.contains("tools")) {
      new ToolsBench().run();
    }
    System.out.println("On a graphics device: not run, there is no engine for one yet");
    System.exit(met ? 0 : 1);
  }

  /** Prints a line with a ratio and its target. */
  static boolean report(String what, double figure, double target) {
    var met = figure >= target;
    System.out.printf(
        Locale.ROOT,
        "  %-58s %6.2f  (target %.2f: %s)%n",
        what,
        figure,
        target,
        met ? "met" : "missed");
    return met;
  }
}
