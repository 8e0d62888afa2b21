package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one receiver is to get from a channel that it shares with others. Bounded: when the receiver
 * is slow, notifications are dropped, while the answer always finds room. Thread-safe.
 */
public final class Inbox implements MessageStream {
  private static final int MESSAGES_MAX = 1024;
  private static final long BYTES_MAX = 64L << 20;

  private final long deadlineNanos;
  private final Runnable onClose;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock. Invariant: nothing is added once last is set.
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private long bytes;
  private @Nullable Next last;

  /**
   * @param deadlineNanos when waiting ends, on the clock of {@link System#nanoTime}; {@link
   *     Long#MAX_VALUE} for never
   * @param onClose run when the receiver closes the stream, maybe more than once
   */
  public Inbox(long deadlineNanos, Runnable onClose) {
    this.deadlineNanos = deadlineNanos;
    this.onClose = onClose;
  }

  /** Puts a message in; false when it was dropped. */
  public boolean offer(Message message) {
    var length = message.bytes().length();
    lock.lock();
    try {
      if (last != null) {
        return false;
      }
      if (message instanceof Message.Answer) {
        last = new Ended();
      } else if (messages.size() >= MESSAGES_MAX || bytes + length > BYTES_MAX) {
        return false;
      }
      messages.add(message);
      bytes += length;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing more comes, and why; ignored when that is known already. */
  public void end(Next reason) {
    lock.lock();
    try {
      if (last == null) {
        last = reason;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Next next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var ending = awaitSomething();
      var message = messages.poll();
      if (message != null) {
        bytes -= message.bytes().length();
        return new Received(message);
      }
      last = new Ended();
      return ending == null ? new Ended() : ending;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the first message and leaves it in the inbox, unless it is the answer.
   *
   * @return null when the inbox has a message that is not the answer
   */
  public @Nullable Next firstUnlessStream() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitSomething();
      var first = messages.peek();
      if (first == null || first instanceof Message.Answer) {
        return next();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is a message or an end; the end if there is one. The lock is held. */
  private @Nullable Next awaitSomething() throws InterruptedException {
    while (messages.isEmpty() && last == null) {
      if (deadlineNanos == Long.MAX_VALUE) {
        changed.await();
      } else {
        var left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          last =
              new Broken(
                  new UpstreamFailure.TimedOut("deadline passed waiting for the server", true));
        } else {
          var _ = changed.await(left, TimeUnit.NANOSECONDS);
        }
      }
    }
    return last;
  }

  @Override
  public void close() {
    end(new Ended());
    onClose.run();
  }
}
