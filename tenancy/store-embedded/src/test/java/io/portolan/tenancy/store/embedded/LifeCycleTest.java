package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, closing, versions of format and tables, and what waits when time is over. */
@SuppressWarnings("NullAway.Init")
class LifeCycleTest {
  /** A row of a later build, with one column more. */
  record Extended(Position key, long value, @Nullable String note) {}

  /** A row of a build that declares another type. */
  record Retyped(Position key, String value) {}

  /** Another key. */
  record OtherKey(String name) {}

  /** A row with another key. */
  record Rekeyed(OtherKey key, long value) {}

  @TempDir private Path directory;

  @Test
  void whatWasWrittenIsThereAfterReopening() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (var store = Stores.open(directory)) {
        for (int n = 0; n < i; n++) {
          assertThat(Stores.has(store, Stores.entry(n))).isTrue();
        }
        Stores.put(store, Stores.entry(i));
      }
    }
  }

  @Test
  void aStoreWhoseMakingWasInterruptedIsMade() throws Exception {
    Connection.writer(new DataDirectory(directory).file()).close();
    assertThat(directory.resolve("store.db")).exists();
    try (var store = Stores.open(directory)) {
      Stores.put(store, Stores.entry(1));
    }
    try (var store = Stores.open(directory)) {
      assertThat(Stores.has(store, Stores.entry(1))).isTrue();
    }
  }

  @Test
  void aDirectoryBelongsToOneStoreAtATime() throws Exception {
    var store = Stores.open(directory);
    try (store) {
      DamageTest.assertRefused(
          () -> Stores.open(directory),
          Reason.IN_USE,
          "in use by process " + ProcessHandle.current().pid());
    }
    store.close();
    Stores.open(directory).close();
    assertThatThrownBy(() -> Stores.put(store, Stores.entry(1)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> Stores.has(store, Stores.entry(1)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anOldFormatIsBroughtForwardAndANewerOneRefused() throws Exception {
    try (var store = Stores.open(directory)) {
      Stores.put(store, Stores.entry(1));
    }
    var next =
        new Format(List.of(connection -> connection.run("CREATE TABLE added (row_crc INTEGER)")));
    open(next).close();
    open(next).close();

    DamageTest.assertRefused(
        () -> Stores.open(directory),
        Reason.NEWER_FORMAT,
        "has format 2, and this build knows up to 1");
  }

  @Test
  void aStepThatFailsLeavesTheFileAsItWas() throws Exception {
    try (var store = Stores.open(directory)) {
      Stores.put(store, Stores.entry(1));
    }
    var broken =
        new Format(
            List.of(
                connection -> connection.run("DROP TABLE entries_up"),
                _ -> {
                  throw new SQLException("this step fails");
                }));
    assertThatThrownBy(() -> open(broken)).isInstanceOf(StoreRefusedException.class);
    try (var store = Stores.open(directory)) {
      assertThat(Stores.has(store, Stores.entry(1))).isTrue();
    }
  }

  private EmbeddedStore open(Format format) throws StoreRefusedException {
    var parts = new EmbeddedStore.Parts(format, Committer::toDisk);
    return EmbeddedStore.open(directory, KitTables.SCHEMA, InstantSource.system(), parts);
  }

  @Test
  void aNewColumnIsAddedAndEmptyInOldRows() throws Exception {
    var where = new Topic("t");
    var before = Declaration.of("grown", Topic.class, Position.class, Entry.class).quorum();
    try (var store = EmbeddedStore.open(directory, Schema.of(before), InstantSource.system())) {
      Stores.tables(store).put(before.at(where), new Entry(new Position(1, "a"), 5));
    }
    var after = Declaration.of("grown", Topic.class, Position.class, Extended.class).quorum();
    try (var store = EmbeddedStore.open(directory, Schema.of(after), InstantSource.system())) {
      assertThat(Stores.tables(store).get(after.at(where), new Position(1, "a")))
          .contains(new Extended(new Position(1, "a"), 5, null));
      Stores.tables(store).put(after.at(where), new Extended(new Position(2, "b"), 6, "new"));
    }
    try (var store = EmbeddedStore.open(directory, Schema.of(after), InstantSource.system())) {
      assertThat(Stores.tables(store).get(after.at(where), new Position(2, "b")))
          .contains(new Extended(new Position(2, "b"), 6, "new"));
    }
  }

  @Test
  void aTableWithAnotherKeyOrTypeIsRefused() throws Exception {
    var before = Declaration.of("grown", Topic.class, Position.class, Entry.class).quorum();
    EmbeddedStore.open(directory, Schema.of(before), InstantSource.system()).close();

    var retyped = Declaration.of("grown", Topic.class, Position.class, Retyped.class).quorum();
    var rekeyed = Declaration.of("grown", Topic.class, OtherKey.class, Rekeyed.class).quorum();
    for (var other : List.of(Schema.of(retyped), Schema.of(rekeyed))) {
      DamageTest.assertRefused(
          () -> EmbeddedStore.open(directory, other, InstantSource.system()),
          Reason.OTHER_TABLES,
          "grown");
    }
    EmbeddedStore.open(directory, Schema.of(before), InstantSource.system()).close();
  }

  @Test
  void aTableTheStoreWasNotOpenedWithIsABug() throws Exception {
    var unknown = Declaration.of("unknown", Topic.class, Position.class, Entry.class).quorum();
    try (var store = Stores.open(directory)) {
      var tables = Stores.tables(store);
      assertThatThrownBy(() -> tables.get(unknown.at(new Topic("t")), new Position(1, "a")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void timeIsTheClocksAndOldRowsAreSweptFromTheFile() throws Exception {
    var now = new AtomicReference<>(Instant.parse("2026-11-21T13:00:00Z"));
    var topic = KitTables.SHORT_LIVED.at(new Topic("t"));
    var entry = new Entry(new Position(1, "a"), 1);
    try (var store = EmbeddedStore.open(directory, KitTables.SCHEMA, now::get)) {
      Stores.tables(store).put(topic, entry);
      now.set(now.get().plus(KitTables.SHORT).minusMillis(1));
      assertThat(Stores.tables(store).get(topic, entry.key())).contains(entry);
      now.set(now.get().plusMillis(1));
      assertThat(Stores.tables(store).get(topic, entry.key())).isEmpty();
    }
    var file = new DataDirectory(directory).file();
    try (var connection = Connection.writer(file)) {
      assertThat(connection.number("SELECT count(*) FROM entries_short")).isEqualTo(1);
      var table = new TableFile(KitTables.SHORT_LIVED.shape()).rows();
      assertThat(table.sweep(connection, now.get().toEpochMilli() - 1, 500)).isZero();
      assertThat(table.sweep(connection, now.get().toEpochMilli(), 500)).isEqualTo(1);
      assertThat(connection.number("SELECT count(*) FROM entries_short")).isZero();
    }
  }

  @Test
  void aWriteThatWaitsTooLongHasNoEffectAndOneUnderWayAnUnknownOne() {
    var waiting = new PendingWrite<>((_, _) -> true);
    assertThat(effectOfWaiting(waiting)).isEqualTo(Effect.NONE);
    assertThat(waiting.take()).as("it is not written later").isFalse();

    var underWay = new PendingWrite<>((_, _) -> true);
    assertThat(underWay.take()).isTrue();
    assertThat(effectOfWaiting(underWay)).isEqualTo(Effect.UNKNOWN);
  }

  private static Effect effectOfWaiting(PendingWrite<Boolean> pending) {
    var deadline = Deadline.in(Duration.ofMillis(1));
    return assertThatThrownBy(() -> pending.await(deadline))
        .asInstanceOf(type(StoreUnavailableException.class))
        .actual()
        .effect();
  }
}
