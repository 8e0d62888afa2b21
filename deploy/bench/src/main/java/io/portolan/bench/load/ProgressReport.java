package io.portolan.bench.load;

import io.portolan.bench.wire.JsonSlice;
import java.util.List;

/**
 * How the events of one {@code progress} call came.
 *
 * @param events notifications that carried the caller's token, each one further than the last
 * @param firstMicros from the call to its first event, in microseconds
 * @param spreadMicros from the first event to the last; next to nothing when they were held back
 */
public record ProgressReport(int events, double firstMicros, double spreadMicros) {

  /** One event and when it came, in nanoseconds after the call. */
  record Arrival(long nanos, JsonSlice message) {}

  static ProgressReport of(String token, List<Arrival> arrivals) throws BadReplyException {
    var notifications =
        arrivals.stream()
            .filter(arrival -> arrival.message().member("method").isPresent())
            .toList();
    var last = 0.0;
    for (var arrival : notifications) {
      var params = arrival.message().member("params").orElseThrow();
      var theirs = params.member("progressToken").map(JsonSlice::text).orElse("");
      var progress = params.member("progress").map(p -> Double.parseDouble(p.raw())).orElse(0.0);
      if (!theirs.equals(token) || progress <= last) {
        throw new BadReplyException(
            "expected progress beyond " + last + " for " + token + ", got " + params.raw());
      }
      last = progress;
    }
    if (notifications.isEmpty()) {
      return new ProgressReport(0, 0, 0);
    }
    var first = notifications.getFirst().nanos();
    return new ProgressReport(
        notifications.size(), first / 1e3, (notifications.getLast().nanos() - first) / 1e3);
  }
}
