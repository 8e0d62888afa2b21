package io.portolan.e2e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks again and again until what is asked is so. */
final class Eventually {
  /** May fail in any way while it is not yet so. */
  @FunctionalInterface
  interface Question {
    boolean isSo() throws Exception;
  }

  private Eventually() {}

  static void isSo(String what, Duration patience, Question question) throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    Throwable last = new AssertionError("it was not so");
    while (System.nanoTime() < until) {
      try {
        if (question.isSo()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        last = e;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError(what + ": not within " + patience, last);
  }
}
