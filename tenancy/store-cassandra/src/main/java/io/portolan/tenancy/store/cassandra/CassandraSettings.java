package io.portolan.tenancy.store.cassandra;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a cluster is reached, and what this node is in it.
 *
 * @param contactPoints at least one, of the local data centre
 * @param localDatacenter where this node's plain reads and writes go
 * @param keyspace 1 to 40 characters of {@code a-z 0-9 _}, starting with a letter; made when
 *     missing
 * @param replicas of each row, by data centre: every data centre that holds data
 * @param homes which data centre decides for a tenant
 * @param requestTimeout the longest wait for one request; a call's own deadline cuts it short
 */
public record CassandraSettings(
    List<InetSocketAddress> contactPoints,
    String localDatacenter,
    String keyspace,
    Map<String, Integer> replicas,
    Homes homes,
    Duration requestTimeout) {
  private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public CassandraSettings {
    contactPoints = List.copyOf(contactPoints);
    replicas = Map.copyOf(replicas);
    if (contactPoints.isEmpty()) {
      throw new IllegalArgumentException("no contact point");
    }
    if (!KEYSPACE.matcher(keyspace).matches()) {
      throw new IllegalArgumentException(
          "keyspace must be 1 to 40 characters of a-z, 0-9 and '_': " + keyspace);
    }
    if (!replicas.containsKey(localDatacenter)) {
      throw new IllegalArgumentException(
          "the local data centre %s has no replicas among %s"
              .formatted(localDatacenter, replicas.keySet()));
    }
    replicas.forEach(CassandraSettings::requireReplicas);
    if (!requestTimeout.isPositive() || requestTimeout.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("request timeout must be in (0, PT5M]: " + requestTimeout);
    }
  }

  private static void requireReplicas(String datacenter, int count) {
    if (!DATACENTER.matcher(datacenter).matches() || count < 1 || count > 9) {
      throw new IllegalArgumentException(
          "replicas of a data centre must be 1 to 9: " + datacenter + "=" + count);
    }
  }
}
