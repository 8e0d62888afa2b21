package io.portolan.inference.core.minilm;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The requests that wait, in turn. */
final class Waiting {
  enum Taken {
    TAKEN,
    FULL,
    CLOSED
  }

  /** Most texts of a pass: more make no pass faster. */
  private static final int PASS_TEXTS_MAX = 64;

  /** How many texts of a request are taken before it is another one's turn. */
  private static final int TURN_TEXTS = 16;

  private final int textsMax;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition some = lock.newCondition();

  // texts is the sum of what the batches have untaken, at most textsMax. Under the lock.
  private final Deque<Batch> batches = new ArrayDeque<>();
  private int texts;
  private boolean closed;

  Waiting(int textsMax, InstantSource clock) {
    this.textsMax = textsMax;
    this.clock = clock;
  }

  /** Takes all texts of a batch, or none. */
  Taken add(Batch batch) {
    lock.lock();
    try {
      if (closed) {
        return Taken.CLOSED;
      }
      if (texts + batch.size() > textsMax) {
        forgetGivenUp();
      }
      if (texts + batch.size() > textsMax) {
        return Taken.FULL;
      }
      batches.addLast(batch);
      texts += batch.size();
      some.signal();
      return Taken.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** What the next pass computes; waits for it. Empty once it is closed. */
  List<Batch.Text> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        while (batches.isEmpty() && !closed) {
          some.await();
        }
        if (closed) {
          return List.of();
        }
        var pass = nextPass();
        if (!batches.isEmpty()) {
          some.signal();
        }
        if (!pass.isEmpty()) {
          return pass;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Batch.Text> nextPass() {
    forgetGivenUp();
    var pass = new ArrayList<Batch.Text>();
    int room = Encoder.TOKENS_MAX;
    while (!batches.isEmpty() && pass.size() < PASS_TEXTS_MAX) {
      var batch = batches.removeFirst();
      int turn = Math.min(TURN_TEXTS, PASS_TEXTS_MAX - pass.size());
      var text = batch.take(room);
      boolean full = text == null;
      while (text != null) {
        pass.add(text);
        texts--;
        room -= text.tokens().length;
        turn--;
        text = turn > 0 ? batch.take(room) : null;
        full = text == null && turn > 0 && batch.untaken() > 0;
      }
      if (full) {
        // Its next text does not fit: it is the first of the next pass.
        batches.addFirst(batch);
        return pass;
      }
      if (batch.untaken() > 0) {
        batches.addLast(batch);
      }
    }
    return pass;
  }

  private void forgetGivenUp() {
    var now = clock.instant();
    batches.removeIf(
        batch -> {
          if (!batch.isGivenUp(now)) {
            return false;
          }
          texts -= batch.untaken();
          return true;
        });
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      batches.forEach(Batch::release);
      batches.clear();
      texts = 0;
      some.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
