package io.portolan.standalone;

import io.portolan.tenancy.store.cassandra.CassandraSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags that name a keyspace of Cassandra instead of a data directory. */
final class CassandraFlags {
  private static final int PORT = 9042;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  @Option(
      names = "--cassandra",
      paramLabel = "HOST[:PORT]",
      split = ",",
      description = "nodes of the local data centre; the keyspace is looked at, not a directory")
  private List<String> nodes = new ArrayList<>();

  @Option(names = "--datacenter", description = "the data centre of these nodes (${DEFAULT-VALUE})")
  private String datacenter = "datacenter1";

  @Option(names = "--keyspace", description = "the keyspace (${DEFAULT-VALUE})")
  private String keyspace = "portolan";

  @Option(
      names = "--replicas",
      paramLabel = "DC=N",
      split = ",",
      description = "replicas in each data centre, for a new keyspace (3 in the local one)")
  private Map<String, Integer> replicas = new LinkedHashMap<>();

  boolean given() {
    return !nodes.isEmpty();
  }

  /** What they say; throws IllegalArgumentException when that is not right. */
  CassandraSettings settings() {
    return new CassandraSettings(
        nodes.stream().map(CassandraFlags::address).toList(),
        datacenter,
        keyspace,
        replicas.isEmpty() ? Map.of(datacenter, 3) : replicas,
        _ -> datacenter,
        REQUEST_TIMEOUT);
  }

  private static InetSocketAddress address(String text) {
    var colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new InetSocketAddress(text, PORT);
    }
    try {
      return new InetSocketAddress(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--cassandra takes HOST or HOST:PORT, not " + text, e);
    }
  }
}
