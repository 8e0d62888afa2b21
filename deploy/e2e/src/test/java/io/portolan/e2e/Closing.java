package io.portolan.e2e;

import org.jspecify.annotations.Nullable;

/** Closes what a class has started, as far as it came to start it. */
final class Closing {
  private Closing() {}

  static void all(@Nullable AutoCloseable... started) {
    for (var one : started) {
      if (one != null) {
        try {
          one.close();
        } catch (Exception e) {
          throw new AssertionError("cannot close " + one, e);
        }
      }
    }
  }
}
