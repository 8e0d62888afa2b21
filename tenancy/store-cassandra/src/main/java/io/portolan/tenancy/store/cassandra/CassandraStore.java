package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The store in a Cassandra cluster, over one or more data centres. */
public final class CassandraStore implements Store {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final CqlSession session;
  private final Cluster cluster;

  private CassandraStore(CqlSession session, Cluster cluster) {
    this.session = session;
    this.cluster = cluster;
  }

  /**
   * Connects, and makes what is missing of keyspace and tables.
   *
   * @param deadline for all of it: making a table takes some seconds
   * @throws StoreUnavailableException when the cluster cannot be reached, or has other tables, or a
   *     newer build's
   */
  public static CassandraStore open(
      CassandraSettings settings, Schema schema, StatementMetrics metrics, Deadline deadline)
      throws InterruptedException {
    var session = CassandraSchema.connect(settings);
    try {
      new SchemaMaker(session, settings, schema).make(deadline);
    } catch (DriverException e) {
      session.close();
      throw new StoreUnavailableException(
          Effect.NONE, "the tables cannot be made: " + e.getMessage(), e);
    } catch (StoreUnavailableException | InterruptedException e) {
      session.close();
      throw e;
    }
    var statements = new Statements(session, settings.requestTimeout(), metrics);
    return new CassandraStore(session, new Cluster(settings, schema, statements, new Turns()));
  }

  @Override
  public TenantStore at(TenantId tenant, Deadline deadline) {
    return new CassandraTenantStore(tenant, deadline, cluster);
  }

  @Override
  public void close() {
    close(session);
  }

  /** Waits a little for what is under way: a request whose caller has gone may take much longer. */
  static void close(CqlSession session) {
    try {
      session.closeAsync().toCompletableFuture().get(CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      session.forceCloseAsync();
    } catch (InterruptedException _) {
      session.forceCloseAsync();
      Thread.currentThread().interrupt();
    }
  }
}
