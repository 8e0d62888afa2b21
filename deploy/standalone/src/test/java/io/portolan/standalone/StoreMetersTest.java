package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.StatementMetrics.Ending;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a store at {@code /metrics}. */
@SuppressWarnings("NullAway.Init")
class StoreMetersTest {
  private static final Pattern TENANT = Pattern.compile("acme");

  @TempDir private Path directory;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @AfterEach
  void close() {
    registry.close();
  }

  private static TenantStore tables(EmbeddedStore store) {
    return store.at(new TenantId("acme"), Deadline.in(Duration.ofMinutes(1)));
  }

  @Test
  void statementsOfARunningStoreAreCounted() throws Exception {
    var meters = new StoreMeters(registry, StoreCommand.SCHEMA);
    var store = EmbeddedStore.open(directory, StoreCommand.SCHEMA, InstantSource.system(), meters);
    var ref = Blobs.put(tables(store), Bytes.of("content"));
    assertThat(Blobs.get(tables(store), ref)).contains(Bytes.of("content"));
    store.close();
    assertThatThrownBy(() -> Blobs.get(tables(store), ref))
        .isInstanceOf(StoreUnavailableException.class);

    assertThat(registry.scrape())
        .containsPattern(count("write", "answered"))
        .containsPattern(count("read", "answered"))
        .containsPattern(count("read", "unavailable"))
        .doesNotContainPattern(TENANT);
  }

  private static Pattern count(String kind, String outcome) {
    return Pattern.compile(
        "portolan_store_statements_seconds_count\\{kind=\"%s\",outcome=\"%s\",table=\"blob[a-z_]*\"} [1-9]"
            .formatted(kind, outcome));
  }

  @Test
  void whatTheSchemaLacksMakesNoSeries() {
    new StoreMeters(registry, StoreCommand.SCHEMA)
        .ended("whatever", Kind.READ, Ending.ANSWERED, 1_000);
    assertThat(registry.scrape()).doesNotContain("whatever");
  }
}
