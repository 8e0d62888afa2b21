package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The settings of one node: small, patient, and nothing listening beyond loopback. */
record NodeFiles(Path directory) {
  /** What a node is told on its command line: not to wait for others longer than needed. */
  static final List<String> OPTIONS =
      List.of(
          "-Dcassandra.ring_delay_ms=5000",
          "-Dcassandra.skip_wait_for_gossip_to_settle=0",
          "-Dcassandra.superuser_setup_delay_ms=0",
          "-Dcassandra.consistent.rangemovement=false",
          "-Dcassandra.jmx.local.port=0");

  Path settings() {
    return directory.resolve("conf/cassandra.yaml");
  }

  Path rack() {
    return directory.resolve("conf/cassandra-rackdc.properties");
  }

  Path logging() {
    return directory.resolve("conf/logback.xml");
  }

  Path conf() {
    return directory.resolve("conf");
  }

  Path log() {
    return directory.resolve("log");
  }

  void write(Place place, Ports ports, String seed) throws IOException {
    Files.createDirectories(conf());
    Files.writeString(settings(), settings(place, ports, seed));
    Files.writeString(rack(), "dc=" + place.datacenter() + "\nrack=rack1\n");
    Files.writeString(
        logging(),
        """
        <configuration>
          <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%-5level %date{HH:mm:ss.SSS} %logger{20} %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="OUT"/></root>
        </configuration>
        """);
  }

  private String settings(Place place, Ports ports, String seed) {
    return """
        cluster_name: portolan-test
        num_tokens: 4
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        seed_provider:
          - class_name: org.apache.cassandra.locator.SimpleSeedProvider
            parameters:
              - seeds: "SEED:STORAGE"
        storage_port: STORAGE
        native_transport_port: NATIVE
        listen_address: ADDRESS
        rpc_address: ADDRESS
        endpoint_snitch: GossipingPropertyFileSnitch
        data_file_directories: [ FOLDER/data ]
        commitlog_directory: FOLDER/commitlog
        saved_caches_directory: FOLDER/caches
        hints_directory: FOLDER/hints
        cdc_raw_directory: FOLDER/cdc
        commitlog_sync: periodic
        commitlog_sync_period: 1000ms
        commitlog_segment_size: 8MiB
        commitlog_total_space: 64MiB
        memtable_heap_space: 64MiB
        memtable_offheap_space: 64MiB
        key_cache_size: 2MiB
        paxos_variant: v2
        paxos_state_purging: repaired
        read_request_timeout: 20s
        range_request_timeout: 20s
        write_request_timeout: 20s
        cas_contention_timeout: 20s
        truncate_request_timeout: 60s
        request_timeout: 20s
        concurrent_reads: 8
        concurrent_writes: 8
        auto_snapshot: false
        hinted_handoff_enabled: true
        max_hint_window: 3h
        hints_flush_period: 1000ms
        """
        .replace("SEED", seed)
        .replace("STORAGE", Integer.toString(ports.storage()))
        .replace("NATIVE", Integer.toString(ports.cql()))
        .replace("ADDRESS", place.address())
        .replace("FOLDER", directory.toString());
  }
}
