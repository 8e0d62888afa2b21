package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.util.List;

/** What an operator does with a keyspace: look whether it fits this build, and make it fit. */
public record CassandraSchema(CassandraSettings settings, Schema schema) {
  /**
   * What is there.
   *
   * @param version of the keyspace; 0 when there is none
   * @param missing the statements that would make what is declared and not there
   */
  public record Report(int version, List<String> missing) {
    public Report {
      missing = List.copyOf(missing);
    }

    /** Whether this build can work with it. */
    public boolean fits() {
      return version == SchemaMaker.VERSION && missing.isEmpty();
    }
  }

  private interface Work<T> {
    T on(SchemaMaker maker) throws InterruptedException;
  }

  /**
   * Looks, and changes nothing.
   *
   * @throws StoreUnavailableException when the cluster cannot be reached, or has other tables
   */
  public Report check() throws InterruptedException {
    return connected(CassandraSchema::report);
  }

  /**
   * Makes what is missing, in turn with other nodes.
   *
   * @throws StoreUnavailableException as {@link CassandraStore#open}
   */
  public Report migrate(Deadline deadline) throws InterruptedException {
    return connected(
        maker -> {
          maker.make(deadline);
          return report(maker);
        });
  }

  private static Report report(SchemaMaker maker) {
    return new Report(maker.hasState() ? maker.version() : 0, maker.missing());
  }

  private <T> T connected(Work<T> work) throws InterruptedException {
    try (var session = connect(settings)) {
      return work.on(new SchemaMaker(session, settings, schema));
    } catch (DriverException e) {
      throw new StoreUnavailableException(
          Effect.NONE, "the tables cannot be looked at or made: " + e.getMessage(), e);
    }
  }

  /** A session whose statements stay in one data centre each. */
  static CqlSession connect(CassandraSettings settings) {
    try {
      return CqlSession.builder()
          .addContactPoints(settings.contactPoints())
          .withConfigLoader(Profiles.of(settings))
          .build();
    } catch (DriverException e) {
      throw new StoreUnavailableException(
          Effect.NONE, "no node of Cassandra answers at " + settings.contactPoints(), e);
    }
  }
}
