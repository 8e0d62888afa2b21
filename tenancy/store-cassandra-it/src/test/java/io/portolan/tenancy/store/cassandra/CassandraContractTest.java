package io.portolan.tenancy.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.cassandra.node.NodeCluster;
import io.portolan.tenancy.store.cassandra.node.Place;
import io.portolan.tenancy.store.testkit.BatchContract;
import io.portolan.tenancy.store.testkit.BlobContract;
import io.portolan.tenancy.store.testkit.ExpiryContract;
import io.portolan.tenancy.store.testkit.HistoryContract;
import io.portolan.tenancy.store.testkit.RowContract;
import io.portolan.tenancy.store.testkit.SliceContract;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract, on one real node. Its tables are made by two openings at once. */
@SuppressWarnings("NullAway.Init")
class CassandraContractTest {
  private static NodeCluster cluster;
  private static CassandraStore store;
  private static CassandraStore other;

  @BeforeAll
  static void start() throws Exception {
    cluster = NodeCluster.start("one-node", List.of(new Place("127.0.0.1", "dc1")));
    var settings = Settings.of(cluster, "dc1", Map.of("dc1", 1));
    Callable<CassandraStore> open = () -> Settings.open(settings);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var opened = threads.invokeAll(List.of(open, open));
      store = opened.getFirst().get();
      other = opened.getLast().get();
    }
  }

  @AfterAll
  static void stop() {
    for (var each : new CassandraStore[] {store, other}) {
      if (each != null) {
        each.close();
      }
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void openingAgainMakesNothing() throws Exception {
    Settings.open(Settings.of(cluster, "dc1", Map.of("dc1", 1))).close();
    assertThat(other).isNotSameAs(store);
  }

  @Test
  void anOperatorLooksAtAKeyspaceAndMakesIt() throws Exception {
    var node = cluster.contactPoints("dc1").getFirst();
    var keyspace = new StoreCommandLine(node, "looked_at");

    var nothing = keyspace.run("check");
    assertThat(nothing.output())
        .contains("The keyspace has version 0")
        .contains("CREATE TABLE IF NOT EXISTS looked_at.\"blob\"");
    assertThat(nothing.exitCode()).isEqualTo(1);

    for (var command : List.of("migrate", "migrate", "check")) {
      var made = keyspace.run(command);
      assertThat(made.output()).contains("The keyspace fits this build: version 1");
      assertThat(made.exitCode()).as(command).isZero();
    }
  }

  @Nested
  class Rows extends RowContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Slices extends SliceContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Batches extends BatchContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Expiry extends ExpiryContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Histories extends HistoryContract {
    @Override
    protected Store store() {
      return store;
    }

    @Override
    protected int seeds() {
      return 60;
    }
  }

  @Nested
  class LargeValues extends BlobContract {
    @Override
    protected Store store() {
      return store;
    }
  }
}
