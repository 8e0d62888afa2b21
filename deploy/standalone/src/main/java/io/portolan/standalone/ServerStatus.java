package io.portolan.standalone;

import java.time.Duration;

/**
 * How one federated server is, as shown to the user.
 *
 * @param name as its operator wrote it
 * @param state whether it answers
 * @param era the protocol revision it speaks, such as {@code 2025-11-25}; empty when not known
 * @param tools how many tools it offers
 * @param detail why it is down, or how it is reached; may be empty
 * @param took from the start until this state
 */
record ServerStatus(String name, State state, String era, int tools, String detail, Duration took) {
  enum State {
    CONNECTING,
    UP,
    DOWN
  }
}
