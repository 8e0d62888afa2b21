package io.portolan.standalone;

import java.net.URI;

/** A gateway that accepts connections. */
interface RunningGateway extends AutoCloseable {
  /** The federated endpoint, with the port that was bound. */
  URI endpoint();

  /**
   * Stops: refuses new calls, lets those in flight end for at most the drain timeout, stops all
   * child processes. Blocks until then; idempotent; may be called by any thread.
   */
  @Override
  void close();
}
