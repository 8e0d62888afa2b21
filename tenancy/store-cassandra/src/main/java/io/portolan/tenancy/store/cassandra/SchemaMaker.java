package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TableShape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Makes the keyspace and what is missing of the tables, and writes down the version. Several nodes
 * may start it at once: Cassandra cannot make one table twice at a time, so they take turns by a
 * row that expires if its owner dies. That row's own table has a fixed id, which makes its making
 * safe.
 */
record SchemaMaker(CqlSession session, CassandraSettings settings, Schema schema) {
  /** How rows and bookkeeping columns are written; what is larger was written by a newer build. */
  static final int VERSION = 1;

  private static final Duration TURN = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /** Blocks until the schema is there, or the deadline has passed. */
  void make(Deadline deadline) throws InterruptedException {
    makeState();
    awaitState(deadline);
    requireKnownVersion();
    while (!missing().isEmpty() || version() < VERSION) {
      if (takeTurn()) {
        try {
          for (var statement : missing()) {
            run(statement);
          }
          execute(
              "UPDATE "
                  + state()
                  + " SET version = "
                  + VERSION
                  + " WHERE id = 'schema' IF version IN (null, 0, 1)");
        } finally {
          execute("DELETE FROM " + state() + " WHERE id = 'turn' IF EXISTS");
        }
      } else if (deadline.passed()) {
        throw new StoreUnavailableException(
            Effect.NONE, "another node makes the tables for longer than there is time to wait");
      } else {
        lookAgainLater();
      }
    }
  }

  /** Whether the version was ever written down. */
  boolean hasState() {
    return table("schema_state").isPresent();
  }

  private String state() {
    return settings.keyspace() + ".schema_state";
  }

  /** The same on every node, and another in every keyspace: a cluster has a table's id once. */
  private UUID stateTable() {
    return UUID.nameUUIDFromBytes(state().getBytes(StandardCharsets.UTF_8));
  }

  private void makeState() {
    var replicas =
        settings.replicas().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> "'" + entry.getKey() + "': " + entry.getValue())
            .collect(Collectors.joining(", "));
    if (session.getMetadata().getKeyspace(settings.keyspace()).isEmpty()) {
      run(
          "CREATE KEYSPACE IF NOT EXISTS %s WITH replication = {'class': 'NetworkTopologyStrategy', %s}"
              .formatted(settings.keyspace(), replicas));
    }
    if (!hasState()) {
      run(
          "CREATE TABLE IF NOT EXISTS %s (id text PRIMARY KEY, version int, owner uuid) WITH ID = %s"
              .formatted(state(), stateTable()));
    }
  }

  /** A node that another one's statement reached first says of a table that it is not there yet. */
  private void awaitState(Deadline deadline) throws InterruptedException {
    while (true) {
      try {
        version();
        return;
      } catch (InvalidQueryException e) {
        if (deadline.passed()) {
          throw e;
        }
      }
      lookAgainLater();
    }
  }

  private static void lookAgainLater() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void requireKnownVersion() {
    var found = version();
    if (found > VERSION) {
      throw new StoreUnavailableException(
          Effect.NONE,
          "keyspace %s has version %d, and this build knows up to %d"
              .formatted(settings.keyspace(), found, VERSION));
    }
  }

  /** What was written down; 0 before the first time. */
  int version() {
    var row =
        session
            .execute(
                SimpleStatement.newInstance(
                        "SELECT version FROM " + state() + " WHERE id = 'schema'")
                    .setConsistencyLevel(ConsistencyLevel.SERIAL))
            .one();
    return row == null ? 0 : row.getInt("version");
  }

  private boolean takeTurn() {
    return execute(
        "INSERT INTO %s (id, owner) VALUES ('turn', %s) IF NOT EXISTS USING TTL %d"
            .formatted(state(), UUID.randomUUID(), TURN.toSeconds()));
  }

  private boolean execute(String conditional) {
    return session
        .execute(
            SimpleStatement.newInstance(conditional)
                .setConsistencyLevel(ConsistencyLevel.QUORUM)
                .setSerialConsistencyLevel(ConsistencyLevel.SERIAL)
                .setIdempotent(false))
        .wasApplied();
  }

  private void run(String ddl) {
    var result =
        session.execute(SimpleStatement.newInstance(ddl).setTimeout(Duration.ofMinutes(1)));
    if (!result.getExecutionInfo().isSchemaInAgreement()) {
      session.checkSchemaAgreement();
    }
  }

  /** The statements that make what is declared and not there; none when all is. */
  List<String> missing() {
    session.refreshSchema();
    var statements = new ArrayList<String>();
    for (var table : schema.tables()) {
      var cql = new Cql(settings.keyspace(), table.shape());
      var there = table(table.shape().name());
      if (there.isEmpty()) {
        statements.add(cql.create());
      } else {
        compare(cql, there.get(), statements);
      }
    }
    return statements;
  }

  private Optional<TableMetadata> table(String name) {
    return session
        .getMetadata()
        .getKeyspace(settings.keyspace())
        .flatMap(keyspace -> keyspace.getTable("\"" + name + "\""));
  }

  private static void compare(Cql cql, TableMetadata there, List<String> statements) {
    var shape = cql.shape();
    requireKey(shape, there);
    for (var column : shape.columns()) {
      compare(cql, there, column, false, statements);
    }
    for (var column : shape.statics()) {
      compare(cql, there, column, true, statements);
    }
  }

  private static void requireKey(TableShape shape, TableMetadata there) {
    var found =
        there.getPrimaryKey().stream().map(column -> column.getName().asInternal()).toList();
    var declared = new ArrayList<String>(List.of("tenant_id"));
    shape.partition().forEach(column -> declared.add(column.name()));
    shape.clustering().forEach(column -> declared.add(column.name()));
    if (!found.equals(declared)) {
      throw new StoreUnavailableException(
          Effect.NONE,
          "table %s has the key %s, and this build declares %s"
              .formatted(shape.name(), found, declared));
    }
  }

  private static void compare(
      Cql cql, TableMetadata there, Column column, boolean isStatic, List<String> statements) {
    var found = there.getColumn("\"" + column.name() + "\"");
    if (found.isEmpty()) {
      statements.add(cql.addColumn(column, isStatic));
    } else if (!found.get().getType().asCql(false, false).equals(Cql.type(column.type()))) {
      throw new StoreUnavailableException(
          Effect.NONE,
          "column %s.%s is %s, and this build declares %s"
              .formatted(cql.shape().name(), column.name(), found.get().getType(), column.type()));
    }
  }
}
