package io.portolan.bench.inference;

import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.minilm.MiniLm;
import io.portolan.inference.core.minilm.MiniLmEmbedder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Texts in, vectors out, 32 at a time: ours and onnxruntime with as many threads, in turn. */
final class EncoderBench {
  private static final int ROUNDS = 7;
  private static final int BATCH = 32;
  private static final int BATCHES = 4;
  private static final double TARGET = 1.0;
  private static final List<String> WORDS =
      List.of(
          ("the a tool creates list issue repository search file user message channel query database"
                  + " table returns given name all new update delete from with current status page")
              .split(" "));

  boolean run() throws Exception {
    var clock = InstantSource.system();
    var model = MiniLm.load(EncoderBench.class.getClassLoader(), Kernels.best());
    var met = true;
    System.out.println("Encoder, batches of " + BATCH + ", " + model.engine());
    for (int threads : List.of(1, Math.max(1, Runtime.getRuntime().availableProcessors()))) {
      try (var ours =
              new MiniLmEmbedder(model, new MiniLmEmbedder.Limits(threads, 4096), clock).start();
          var theirs = new OnnxRuntime(threads)) {
        for (int words : List.of(3, 17, 88)) {
          var texts = texts(words);
          var figures = new double[4][ROUNDS];
          for (int round = -2; round < ROUNDS; round++) {
            var a = Stopwatch.of(() -> embed(ours, texts, clock));
            var b = Stopwatch.of(() -> embed(theirs, texts));
            if (round >= 0) {
              figures[0][round] = a.wallMillis();
              figures[1][round] = a.cpuMillis();
              figures[2][round] = b.wallMillis();
              figures[3][round] = b.cpuMillis();
            }
          }
          met &= report(threads, words + 2, figures);
        }
      }
    }
    return met;
  }

  private static boolean report(int threads, int tokens, double[][] figures) {
    double texts = BATCH * BATCHES;
    double wall = Stopwatch.median(figures[0]);
    double otherWall = Stopwatch.median(figures[2]);
    System.out.printf(
        Locale.ROOT,
        "  %d threads, about %d tokens: ours %.0f texts/s, %.2f CPU ms a text;"
            + " onnxruntime %.0f texts/s, %.2f CPU ms%n",
        threads,
        tokens,
        texts / wall * 1000,
        Stopwatch.median(figures[1]) / texts,
        texts / otherWall * 1000,
        Stopwatch.median(figures[3]) / texts);
    return InferenceBench.report("texts/s, ours by onnxruntime's", otherWall / wall, TARGET);
  }

  private static void embed(MiniLmEmbedder ours, List<String> texts, InstantSource clock)
      throws InterruptedException {
    var deadline = clock.instant().plus(Duration.ofMinutes(10));
    if (!(ours.embed(texts, deadline) instanceof Embedded)) {
      throw new IllegalStateException("not embedded");
    }
  }

  private static void embed(OnnxRuntime theirs, List<String> texts) throws Exception {
    for (int from = 0; from < texts.size(); from += BATCH) {
      theirs.embed(texts.subList(from, from + BATCH));
    }
  }

  /** All of one length, so that padding costs the other nothing. */
  private static List<String> texts(int words) {
    var random = new SplittableRandom(words);
    var texts = new ArrayList<String>();
    for (int i = 0; i < BATCH * BATCHES; i++) {
      var text = new StringBuilder();
      for (int word = 0; word < words; word++) {
        text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
