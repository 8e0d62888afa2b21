package io.portolan.gateway.core.testkit;

import io.portolan.gateway.core.upstream.MessageStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A stream into which a test puts what comes next. */
public final class ScriptedStream implements MessageStream {
  private final BlockingQueue<Next> coming = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Puts a message in. */
  public ScriptedStream message(String json) {
    return put(new Received(Wire.message(json)));
  }

  /** Puts anything in. */
  public ScriptedStream put(Next next) {
    coming.add(next);
    return this;
  }

  @Override
  public Next next() throws InterruptedException {
    return coming.take();
  }

  @Override
  public void close() {
    closed.countDown();
    coming.add(new Ended());
  }

  /** Whether the receiver gave the stream up, or read it to its end. */
  public boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits until it does. */
  public void awaitClosed() throws InterruptedException {
    Wait.on(closed);
  }
}
