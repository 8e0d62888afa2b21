package io.portolan.standalone.bridge;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * How a bridge behaves.
 *
 * @param endpoint the MCP endpoint
 * @param headers sent with every request; values may be secrets
 * @param messageBytesMax the longest message either way, in bytes
 * @param requestsInFlightMax requests under way at a time; a further one is answered with an error
 * @param reachWithin how long to go on trying while nobody listens at the endpoint
 * @param answerWithin how long to wait for an answer to begin
 * @param finishWithin how long requests under way may go on after the client closed its side
 */
public record BridgeOptions(
    URI endpoint,
    Map<String, String> headers,
    int messageBytesMax,
    int requestsInFlightMax,
    Duration reachWithin,
    Duration answerWithin,
    Duration finishWithin) {
  public BridgeOptions {
    headers = Map.copyOf(headers);
  }

  /** What fits an IDE's client: long calls are allowed, since people may be asked in between. */
  public static BridgeOptions to(URI endpoint) {
    return new BridgeOptions(
        endpoint,
        Map.of(),
        64 << 20,
        1_000,
        Duration.ofSeconds(5),
        Duration.ofMinutes(11),
        Duration.ofSeconds(30));
  }

  /** The same with headers of the user's. */
  public BridgeOptions withHeaders(Map<String, String> other) {
    return new BridgeOptions(
        endpoint,
        other,
        messageBytesMax,
        requestsInFlightMax,
        reachWithin,
        answerWithin,
        finishWithin);
  }

  @Override
  public String toString() {
    return "BridgeOptions[" + endpoint + " headers=" + headers.keySet() + "]";
  }
}
