package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.MessageStream;

/** A stream that brings nothing. */
public final class EndedStream implements MessageStream {
  @Override
  public Next next() {
    return new Ended();
  }

  @Override
  public void close() {
    // There is nothing to give up.
  }
}
