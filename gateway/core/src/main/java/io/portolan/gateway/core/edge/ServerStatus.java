package io.portolan.gateway.core.edge;

import io.portolan.gateway.core.upstream.Condition;
import java.time.Instant;

/**
 * How one server is doing.
 *
 * @param name the server's name as the operator wrote it
 * @param health up, down or connecting
 * @param eras the eras it speaks, such as "legacy", "modern" or "modern+legacy"; empty if unknown
 * @param transport how it is reached: "http", "sse" or "stdio"
 * @param tools how many tools it offers
 * @param resources how many resources and templates it offers
 * @param prompts how many prompts it offers
 * @param since when it came into this health
 * @param reason why it is down, fit for the operator; empty when it is not
 * @param condition how it is doing by the calls made to it
 */
public record ServerStatus(
    String name,
    Health health,
    String eras,
    String transport,
    int tools,
    int resources,
    int prompts,
    Instant since,
    String reason,
    Condition condition) {

  /** Whether a server answers. */
  public enum Health {
    CONNECTING,
    UP,
    DOWN
  }
}
