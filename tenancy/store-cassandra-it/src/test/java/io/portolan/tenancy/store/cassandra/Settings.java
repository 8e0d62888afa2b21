package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.cassandra.node.NodeCluster;
import io.portolan.tenancy.store.testkit.KitTables;
import java.time.Duration;
import java.util.Map;

/** How the tests reach their clusters: patiently, since all of it runs on one small machine. */
final class Settings {
  static final String HOME = "dc1";

  private Settings() {}

  static CassandraSettings of(
      NodeCluster cluster, String datacenter, Map<String, Integer> replicas) {
    return new CassandraSettings(
        cluster.contactPoints(datacenter),
        datacenter,
        "portolan",
        replicas,
        _ -> HOME,
        Duration.ofSeconds(25));
  }

  static CassandraStore open(CassandraSettings settings) throws InterruptedException {
    return CassandraStore.open(
        settings, KitTables.SCHEMA, StatementMetrics.NONE, Deadline.in(Duration.ofMinutes(8)));
  }
}
