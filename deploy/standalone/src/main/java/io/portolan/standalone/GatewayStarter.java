package io.portolan.standalone;

import io.portolan.standalone.config.PortolanConfig;
import java.io.IOException;

/** Starts a gateway. The seam between the command line and the composition root. */
@FunctionalInterface
interface GatewayStarter {
  /**
   * Binds the port, tells the events, and returns; servers connect in the background.
   *
   * @throws IOException when the port cannot be bound or the data directory cannot be written; the
   *     message says which and why, for a person
   */
  RunningGateway start(PortolanConfig config, StartupEvents events) throws IOException;

  /** The same for a gateway of one client, which may run beside others on one data directory. */
  default RunningGateway startBeside(PortolanConfig config, StartupEvents events)
      throws IOException {
    return start(config, events);
  }
}
