package io.portolan.gateway.core.session;

import io.portolan.gateway.protocol.Slice;
import org.jspecify.annotations.Nullable;

/** A session's state as long as this process serves the session. Thread-safe. */
final class InMemorySessionState implements SessionState {
  private final ResourceSubscriptions subscriptions = new ResourceSubscriptions();
  private volatile @Nullable Slice logLevel;

  @Override
  public @Nullable Slice logLevel() {
    return logLevel;
  }

  @Override
  public void logLevel(Slice level) {
    logLevel = Slice.of(level.toBytes());
  }

  @Override
  public ResourceSubscriptions subscriptions() {
    return subscriptions;
  }
}
