package io.portolan.standalone.api;

import io.portolan.tenancy.quota.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How much each sender may ask, in this process. Thread-safe; never waits. */
final class SenderRates {
  /** Of each sender, and as many at once. */
  static final int PER_SECOND = 100;

  /** Most senders whose use is remembered at a time. */
  static final int SENDERS_MAX = 10_000;

  private final Map<String, Rate> rates = new ConcurrentHashMap<>();

  /** Takes one request; a time after which to come back when there is none left. */
  Optional<Duration> take(Sender sender, long nowNanos) {
    var name = name(sender);
    if (rates.size() >= SENDERS_MAX && !rates.containsKey(name)) {
      rates.values().removeIf(rate -> rate.isIdle(nowNanos));
      if (rates.size() >= SENDERS_MAX) {
        return Optional.of(Duration.ofSeconds(1));
      }
    }
    var wait = rates.computeIfAbsent(name, _ -> new Rate(PER_SECOND, nowNanos)).take(nowNanos);
    return wait == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(wait));
  }

  private static String name(Sender sender) {
    return switch (sender) {
      case Sender.Administrator() -> "";
      case Sender.Member(var caller) -> caller.tenant() + "/" + caller.principal().subject();
    };
  }
}
