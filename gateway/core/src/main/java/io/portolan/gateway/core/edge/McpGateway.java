package io.portolan.gateway.core.edge;

import java.util.List;

/**
 * The gateway as an edge sees it. Every method blocks on the calling virtual thread until the reply
 * is complete, and always completes the reply: it throws for nothing that a client or a server did.
 * Thread-safe.
 */
public interface McpGateway {
  /** Handles a POST: one JSON-RPC message. */
  CallRecord post(Inbound inbound, Reply reply) throws InterruptedException;

  /** Handles a GET: opens or resumes a legacy session's stream, or refuses. */
  CallRecord get(Inbound inbound, Reply reply) throws InterruptedException;

  /** Handles a DELETE: ends a legacy session, or refuses. */
  CallRecord delete(Inbound inbound, Reply reply) throws InterruptedException;

  /** How each server is doing, in name order. */
  List<ServerStatus> servers();

  /** Whether the first discovery round has ended. */
  boolean ready();

  /** Live figures, for metrics. */
  Gauges gauges();

  /** Sizes that change all the time. */
  record Gauges(int sessions, int streams, int callsInFlight, int tools) {}
}
