package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import java.time.Duration;

/**
 * The driver's execution profiles: two for each data centre. A statement goes to the nodes of one
 * data centre and to no other. Reads that wait are sent to a second node; writes never are.
 */
final class Profiles {
  private static final Duration SECOND_READ_AFTER = Duration.ofMillis(150);

  private Profiles() {}

  static String reads(String datacenter) {
    return "reads-" + datacenter;
  }

  static String writes(String datacenter) {
    return "writes-" + datacenter;
  }

  static DriverConfigLoader of(CassandraSettings settings) {
    var loader =
        DriverConfigLoader.programmaticBuilder()
            .withString(
                DefaultDriverOption.LOAD_BALANCING_LOCAL_DATACENTER, settings.localDatacenter())
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, settings.requestTimeout())
            .withDuration(
                DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, settings.requestTimeout())
            .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, settings.requestTimeout())
            .withDuration(
                DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, Duration.ofSeconds(30))
            .withDuration(
                DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, Duration.ofSeconds(60))
            .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(10))
            // All requests have ended when a session closes its threads: no need to wait for more.
            .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
            .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0);
    for (var datacenter : settings.replicas().keySet()) {
      loader
          .startProfile(writes(datacenter))
          .withString(DefaultDriverOption.LOAD_BALANCING_LOCAL_DATACENTER, datacenter)
          .endProfile()
          .startProfile(reads(datacenter))
          .withString(DefaultDriverOption.LOAD_BALANCING_LOCAL_DATACENTER, datacenter)
          .withString(
              DefaultDriverOption.SPECULATIVE_EXECUTION_POLICY_CLASS,
              "ConstantSpeculativeExecutionPolicy")
          .withInt(DefaultDriverOption.SPECULATIVE_EXECUTION_MAX, 2)
          .withDuration(DefaultDriverOption.SPECULATIVE_EXECUTION_DELAY, SECOND_READ_AFTER)
          .endProfile();
    }
    return loader.build();
  }
}
