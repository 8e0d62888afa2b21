package io.portolan.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StatementMetrics;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Times the statements of a store: {@code portolan_store_statements} by table, kind and outcome.
 * Labels are the schema's tables and two enums, never a tenant or a key. Thread-safe; a series is
 * made when it is first needed.
 */
final class StoreMeters implements StatementMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private record Series(Kind kind, Ending ending) {}

  private final MeterRegistry registry;

  /** By table, all of which are there from the start. */
  private final Map<String, Map<Series, Timer>> timers;

  StoreMeters(MeterRegistry registry, Schema schema) {
    this.registry = registry;
    this.timers =
        schema.tables().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    table -> table.shape().name(), _ -> new ConcurrentHashMap<>()));
  }

  @Override
  public void ended(String table, Kind kind, Ending ending, long nanos) {
    var ofTable = timers.get(table);
    if (ofTable != null) { // Engines refuse tables that the schema lacks.
      ofTable
          .computeIfAbsent(new Series(kind, ending), series -> register(table, series))
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private Timer register(String table, Series series) {
    return Timer.builder("portolan.store.statements")
        .description("How long statements to the store took")
        .tag("table", table)
        .tag("kind", label(series.kind()))
        .tag("outcome", label(series.ending()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
