package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.time.Duration;

/** One node. Not thread-safe. */
public sealed interface Node permits ContainerNode, ForkedNode {
  /** What a node logs once it takes clients. */
  String READY = "Starting listening for CQL clients";

  Duration START_MAX = Duration.ofMinutes(5);

  /** Where it is. */
  Place place();

  /** Starts it on what it had, and waits until it takes clients. */
  void start() throws IOException, InterruptedException;

  /** {@code kill -9}, and waits for its end. Does nothing when it is down. */
  void kill() throws InterruptedException;

  /** Kills it for good. */
  default void remove() throws InterruptedException {
    kill();
  }

  /** As much of a log as an error shows. */
  static String tail(String log) {
    return log.substring(Math.max(0, log.length() - 4000));
  }
}
