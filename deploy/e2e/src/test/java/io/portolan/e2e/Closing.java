package io.portolan.e2e;

import org.jspecify.annotations.Nullable;

/** Closes what a class has started, as far as it came to start it. */
final class Closing {
  private Closing() {}

  /** Closes each, also when another cannot be closed; fails with what failed first. */
  static void all(@Nullable AutoCloseable... started) {
    AssertionError failed = null;
    for (var one : started) {
      try (one) {
        // Closing is all that is wanted.
      } catch (Exception | AssertionError e) {
        var failure = new AssertionError("cannot close " + one, e);
        if (failed == null) {
          failed = failure;
        } else {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
