package io.portolan.gateway.core.session;

import io.portolan.gateway.protocol.Slice;
import org.jspecify.annotations.Nullable;

/** What a client made of its session since it was opened, which its id cannot tell. Thread-safe. */
public interface SessionState {
  /** The log level the client asked for, as it wrote it; null when it asked for none. */
  @Nullable Slice logLevel();

  /** Notes the log level the client asks for. */
  void logLevel(Slice level);

  /** The resources that the client is subscribed to. */
  ResourceSubscriptions subscriptions();
}
