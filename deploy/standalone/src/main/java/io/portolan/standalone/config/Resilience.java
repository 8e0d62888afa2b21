package io.portolan.standalone.config;

import io.portolan.standalone.config.Limits.Bound;
import java.time.Duration;

/**
 * What one server may take of the gateway, and what becomes of it when it is ill. Every bound is
 * finite.
 *
 * @param callsPerServerMax calls under way to one server, 1 to 10 000
 * @param waitingPerServerMax calls that wait for one of those to end, 0 to 100 000
 * @param waitingMax how long such a call waits at most, 0 to 1 minute
 * @param failuresToOpen failures in a row after which a server is left alone, 1 to 1 000
 * @param openMin first pause before it is tried again, 100 ms to 10 minutes
 * @param openMax longest such pause, 100 ms to 1 hour
 * @param retryPercent repetitions of calls allowed for each hundred calls, 0 to 100
 * @param gracePeriod how long what a server that is down offered stays listed, 0 to 7 days
 */
public record Resilience(
    int callsPerServerMax,
    int waitingPerServerMax,
    Duration waitingMax,
    int failuresToOpen,
    Duration openMin,
    Duration openMax,
    int retryPercent,
    Duration gracePeriod) {
  static final Bound CALLS = new Bound(1, 10_000);
  static final Bound WAITING = new Bound(0, 100_000);
  static final Bound WAITING_MILLIS = new Bound(0, 60_000);
  static final Bound FAILURES = new Bound(1, 1_000);
  static final Bound OPEN_MIN_MILLIS = new Bound(100, 600_000);
  static final Bound OPEN_MAX_MILLIS = new Bound(100, 3_600_000);
  static final Bound PERCENT = new Bound(0, 100);
  static final Bound GRACE_MILLIS = new Bound(0, 604_800_000);

  /** What holds where nothing is said. */
  public static final Resilience DEFAULT =
      new Resilience(
          256,
          1_024,
          Duration.ofSeconds(1),
          5,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          20,
          Duration.ofMinutes(5));

  public Resilience {
    CALLS.require("callsPerServerMax", callsPerServerMax);
    WAITING.require("waitingPerServerMax", waitingPerServerMax);
    WAITING_MILLIS.require("waitingMax", waitingMax.toMillis());
    FAILURES.require("failuresToOpen", failuresToOpen);
    OPEN_MIN_MILLIS.require("openMin", openMin.toMillis());
    OPEN_MAX_MILLIS.require("openMax", openMax.toMillis());
    PERCENT.require("retryPercent", retryPercent);
    GRACE_MILLIS.require("gracePeriod", gracePeriod.toMillis());
    if (openMax.compareTo(openMin) < 0) {
      throw new IllegalArgumentException("openMax is less than openMin: " + openMax);
    }
  }

  /** Reads the section of that name. */
  static Resilience of(Settings settings) {
    var normal = DEFAULT;
    var openMin = settings.duration("open-min", normal.openMin(), OPEN_MIN_MILLIS);
    var openMax = settings.duration("open-max", normal.openMax(), OPEN_MAX_MILLIS);
    if (openMax.compareTo(openMin) < 0) {
      settings
          .member("open-max")
          .or(() -> settings.member("open-min"))
          .ifPresent(member -> settings.wrong(member, "an open-max that is at least open-min"));
      openMax = openMin;
    }
    var read =
        new Resilience(
            settings.count("calls-per-server-max", normal.callsPerServerMax(), CALLS),
            settings.count("waiting-per-server-max", normal.waitingPerServerMax(), WAITING),
            settings.duration("waiting-max", normal.waitingMax(), WAITING_MILLIS),
            settings.count("failures-to-open", normal.failuresToOpen(), FAILURES),
            openMin,
            openMax,
            settings.count("retry-percent", normal.retryPercent(), PERCENT),
            settings.duration("grace-period", normal.gracePeriod(), GRACE_MILLIS));
    settings.rejectUnknown();
    return read;
  }
}
