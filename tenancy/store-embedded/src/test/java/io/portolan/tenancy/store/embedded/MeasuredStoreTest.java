package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.StatementMetrics.Ending;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each operation is told of, under its table's name, with how it ended. */
@SuppressWarnings("NullAway.Init")
class MeasuredStoreTest {
  private record Heard(String table, Kind kind, Ending ending) {}

  @TempDir private Path directory;

  private final List<Heard> heard = new CopyOnWriteArrayList<>();

  private EmbeddedStore open() throws StoreRefusedException {
    return EmbeddedStore.open(
        directory,
        KitTables.SCHEMA,
        InstantSource.system(),
        (table, kind, ending, nanos) -> {
          assertThat(nanos).isPositive();
          heard.add(new Heard(table, kind, ending));
        });
  }

  @Test
  void eachOperationIsHeardOf() throws Exception {
    var topic = KitTables.ASCENDING.at(new Topic("topic"));
    try (var store = open()) {
      Stores.put(store, Stores.entry(1));
      assertThat(Stores.has(store, Stores.entry(1))).isTrue();
      assertThat(Stores.tables(store).slice(topic, Slice.all(1)).rows()).hasSize(1);
      Stores.tables(store).delete(topic, Stores.entry(1).key());
    }
    assertThat(heard)
        .containsExactly(
            new Heard("entries_up", Kind.WRITE, Ending.ANSWERED),
            new Heard("entries_up", Kind.READ, Ending.ANSWERED),
            new Heard("entries_up", Kind.READ, Ending.ANSWERED),
            new Heard("entries_up", Kind.WRITE, Ending.ANSWERED));
  }

  @Test
  void aConflictIsAnAnswer() throws Exception {
    var run = KitTables.RUN_LOG.at(new Run(new UUID(0x4000, 1)));
    try (var store = open()) {
      var conflict =
          Stores.tables(store)
              .commit(
                  Batch.in(run, UUID.randomUUID())
                      .ifStatic("head_seq", 7L)
                      .statics(new Head(8, 1, null)));
      assertThat(conflict).isInstanceOf(CommitOutcome.Conflict.class);
    }
    assertThat(heard).containsExactly(new Heard("run_log", Kind.BATCH, Ending.ANSWERED));
  }

  @Test
  void aClosedStoreIsUnavailable() throws Exception {
    var store = open();
    store.close();
    assertThatThrownBy(() -> Stores.put(store, Stores.entry(1)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(heard).containsExactly(new Heard("entries_up", Kind.WRITE, Ending.UNAVAILABLE));
  }
}
