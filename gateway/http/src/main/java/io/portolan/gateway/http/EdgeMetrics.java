package io.portolan.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.MemoryBudget;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.upstream.Condition;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.gateway.http.connection.EdgeConnections;
import io.portolan.gateway.protocol.Methods;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The figures at {@code /metrics}. Labels come from small fixed sets only: a tool's or a server's
 * name is never one. Thread-safe.
 */
final class EdgeMetrics implements AutoCloseable {
  /** Methods that clients send; anything else is "other". */
  private static final List<String> METHODS =
      List.of(
          Methods.TOOLS_CALL,
          Methods.TOOLS_LIST,
          Methods.INITIALIZE,
          Methods.INITIALIZED,
          Methods.PING,
          Methods.SERVER_DISCOVER,
          Methods.RESOURCES_LIST,
          Methods.RESOURCES_TEMPLATES_LIST,
          Methods.RESOURCES_READ,
          Methods.RESOURCES_SUBSCRIBE,
          Methods.RESOURCES_UNSUBSCRIBE,
          Methods.SUBSCRIPTIONS_LISTEN,
          Methods.PROMPTS_LIST,
          Methods.PROMPTS_GET,
          Methods.COMPLETION_COMPLETE,
          Methods.LOGGING_SET_LEVEL,
          Methods.TASKS_GET,
          Methods.TASKS_RESULT,
          Methods.TASKS_UPDATE,
          Methods.TASKS_CANCEL,
          Methods.TASKS_LIST,
          Methods.CANCELLED,
          Methods.PROGRESS,
          Methods.ROOTS_LIST_CHANGED);

  private static final List<String> ERAS = List.of("legacy", "modern");
  private static final Duration[] BUCKETS =
      millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics gc = new JvmGcMetrics();

  // One timer for each method, era and outcome, made when it is first needed.
  private final Map<Outcome, AtomicReferenceArray<Timer>> timers = new EnumMap<>(Outcome.class);
  private final Counter refusedUnread;

  EdgeMetrics(McpGateway gateway, AccessLog accessLog, Telemetry telemetry) {
    registry = telemetry.meters();
    var counts = telemetry.counts();
    for (var outcome : Outcome.values()) {
      timers.put(outcome, new AtomicReferenceArray<>((METHODS.size() + 1) * (ERAS.size() + 1)));
    }
    refusedUnread =
        Counter.builder("portolan.edge.malformed.requests")
            .description("Requests refused because they could not be read as HTTP")
            .register(registry);
    FunctionCounter.builder("portolan.access.log.dropped.lines", accessLog, AccessLog::dropped)
        .description("Access log lines dropped because the output did not keep up")
        .register(registry);
    for (var limit : Limit.values()) {
      FunctionCounter.builder("portolan.limit.reached", counts, from -> from.of(limit))
          .description("How often a limit was reached; docs/limits.md says what each means")
          .tag("limit", limit.label())
          .register(registry);
    }
    gauge(gateway, "portolan.sessions", "Open legacy sessions", McpGateway.Gauges::sessions);
    gauge(gateway, "portolan.streams", "Open event streams", McpGateway.Gauges::streams);
    gauge(
        gateway,
        "portolan.calls.in.flight",
        "Calls being made right now",
        McpGateway.Gauges::callsInFlight);
    gauge(gateway, "portolan.tools", "Tools in the catalogue", McpGateway.Gauges::tools);
    for (var health : ServerStatus.Health.values()) {
      Gauge.builder("portolan.servers", gateway, from -> count(from, health))
          .description("Federated servers by health")
          .tag("health", health.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (var circuit : Condition.Circuit.values()) {
      Gauge.builder("portolan.server.circuits", gateway, from -> count(from, circuit))
          .description("Federated servers by whether calls to them are made")
          .tag("state", circuit.label())
          .register(registry);
    }
    count(
        gateway,
        "portolan.server.circuit.openings",
        "How often a server was left alone because it failed",
        Condition::openings);
    count(
        gateway,
        "portolan.server.calls.refused",
        "Calls that found no place among those under way to their server",
        Condition::refused);
    count(
        gateway,
        "portolan.server.calls.repeated",
        "Calls that were sent to their server a second time",
        Condition::repeated);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  private static Duration[] millis(long... millis) {
    var durations = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      durations[i] = Duration.ofMillis(millis[i]);
    }
    return durations;
  }

  private void gauge(
      McpGateway gateway, String name, String description, ToIntFunction<McpGateway.Gauges> of) {
    Gauge.builder(name, gateway, from -> of.applyAsInt(from.gauges()))
        .description(description)
        .register(registry);
  }

  private static double count(McpGateway gateway, ServerStatus.Health health) {
    return gateway.servers().stream().filter(server -> server.health() == health).count();
  }

  private static double count(McpGateway gateway, Condition.Circuit circuit) {
    return gateway.servers().stream()
        .filter(server -> server.condition().circuit() == circuit)
        .count();
  }

  /** The sum over all servers, whose number and counts only grow. */
  private void count(
      McpGateway gateway, String name, String description, ToLongFunction<Condition> of) {
    FunctionCounter.builder(
            name,
            gateway,
            from ->
                from.servers().stream()
                    .mapToLong(server -> of.applyAsLong(server.condition()))
                    .sum())
        .description(description)
        .register(registry);
  }

  /** Tells of the connections, which exist only after the endpoints do. */
  void watch(EdgeConnections connections) {
    Gauge.builder("portolan.connections", connections, EdgeConnections::count)
        .description("Open client connections")
        .register(registry);
  }

  /** Tells whether the configuration in the files is in effect. */
  void watch(OperatorEndpoints operator) {
    for (var status : ConfigurationNote.Status.values()) {
      Gauge.builder(
              "portolan.configuration",
              operator,
              from -> from.configuration().status() == status ? 1 : 0)
          .description("Whether the configuration in the files is in effect")
          .tag("status", status.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .register(registry);
    }
  }

  /** Tells how much memory the messages under way take. */
  void watch(MemoryBudget memory) {
    Gauge.builder("portolan.memory.messages", memory, MemoryBudget::taken)
        .description("Memory taken by messages under way")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("portolan.memory.messages.max", memory, MemoryBudget::bytesMax)
        .description("Memory that messages under way may take")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Counts a request that has ended. */
  void ended(CallRecord record, long nanos) {
    var method = METHODS.indexOf(record.method());
    var era = ERAS.indexOf(record.era());
    var at = (method + 1) * (ERAS.size() + 1) + era + 1;
    var ofOutcome = Objects.requireNonNull(timers.get(record.outcome()));
    var timer = ofOutcome.get(at);
    if (timer == null) {
      timer = register(method, era, record.outcome());
      ofOutcome.set(at, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer register(int method, int era, Outcome outcome) {
    return Timer.builder("portolan.requests")
        .description("How long requests took at the edge, streams included")
        .tag("method", method < 0 ? "other" : METHODS.get(method))
        .tag("era", era < 0 ? "none" : ERAS.get(era))
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** Counts a request that was refused before it could be read. */
  void malformed() {
    refusedUnread.increment();
  }

  /** All figures in the Prometheus text format. */
  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
