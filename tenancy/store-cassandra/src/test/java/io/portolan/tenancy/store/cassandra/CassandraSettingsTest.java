package io.portolan.tenancy.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.Order;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked before a cluster is asked, and the tables as an operator reads them. */
class CassandraSettingsTest {
  record Run(String runId) {}

  record Seq(long seq) {}

  record Event(Seq key, String type, Bytes data) {}

  record Head(long headSeq) {}

  private static CassandraSettings settings(String keyspace, Map<String, Integer> replicas) {
    return new CassandraSettings(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
        "dc1",
        keyspace,
        replicas,
        _ -> "dc1",
        Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a b", "a;drop", "A"})
  void aKeyspaceIsAPlainName(String name) {
    assertThatThrownBy(() -> settings(name, Map.of("dc1", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyspace");
  }

  @Test
  void replicasAreBoundedAndIncludeTheLocalDatacenter() {
    assertThat(settings("k", Map.of("dc1", 1, "dc-2", 9)).replicas()).hasSize(2);
    for (var wrong :
        List.of(
            Map.of("dc2", 3), Map.of("dc1", 0), Map.of("dc1", 10), Map.of("dc1", 1, "d'c", 1))) {
      assertThatThrownBy(() -> settings("k", wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aTableHasTheTenantFirstAndRealColumns() {
    var table =
        Declaration.of("run_log", Run.class, Seq.class, Event.class)
            .clustered(Order.DESCENDING)
            .expiringAfter(Duration.ofDays(1))
            .serial(Consistency.SERIAL_IN_HOME_REGION, Head.class);

    assertThat(new Cql("portolan", table.shape()).create())
        .isEqualTo(
            "CREATE TABLE IF NOT EXISTS portolan.\"run_log\" (tenant_id text, \"run_id\" text,"
                + " \"seq\" bigint, \"type\" text, \"data\" blob, \"head_seq\" bigint static,"
                + " batch_id uuid, last_batch_id uuid static, PRIMARY KEY ((tenant_id, \"run_id\"),"
                + " \"seq\")) WITH CLUSTERING ORDER BY (\"seq\" DESC) AND default_time_to_live ="
                + " 86400");
  }
}
