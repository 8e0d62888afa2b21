package io.portolan.standalone;

import io.portolan.standalone.config.PortolanConfig;
import java.net.URI;

/** A gateway that accepts connections. */
interface RunningGateway extends AutoCloseable {
  /** The federated endpoint, with the port that was bound. */
  URI endpoint();

  /** Goes on with another configuration, as far as that can be without a restart. */
  default void reconfigure(PortolanConfig config) {}

  /** Another configuration had so many mistakes that it is not used. */
  default void rejected(int mistakes) {}

  /**
   * Stops: refuses new calls, lets those in flight end for at most the drain timeout, stops all
   * child processes. Blocks until then; idempotent; may be called by any thread.
   */
  @Override
  void close();
}
