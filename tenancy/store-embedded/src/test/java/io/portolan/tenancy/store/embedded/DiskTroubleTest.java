package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

/** A full disk, one that fails, and one that cannot be written. */
@SuppressWarnings("NullAway.Init")
class DiskTroubleTest {
  @TempDir private Path directory;

  @Test
  void aFullDiskRefusesWritesServesReadsAndRecovers() throws Exception {
    try (var disk = SmallDisk.of(directory, "size=6m");
        var store = Stores.open(disk.path().resolve("data"))) {
      var somethingElse = disk.path().resolve("something else");
      Files.write(somethingElse, new byte[2 << 20]);
      Stores.put(store, Stores.entry(1));
      var acknowledged = fill(store);
      assertThat(acknowledged).isPositive();
      // What is left may take small rows: nothing is.
      var ballast = disk.path().resolve("ballast");
      SmallDisk.fill(ballast);
      assertThatThrownBy(() -> putLarge(store, 10_000))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("full");

      assertThat(Stores.has(store, Stores.entry(1))).isTrue();
      assertThat(sizeOf(store, acknowledged - 1)).isEqualTo(100_000);

      Files.delete(ballast);
      Files.delete(somethingElse);
      Stores.put(store, Stores.entry(2));
      putLarge(store, 10_001);
      assertThat(Stores.has(store, Stores.entry(2))).isTrue();
    }
  }

  private static int fill(EmbeddedStore store) throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      try {
        putLarge(store, i);
      } catch (StoreUnavailableException e) {
        assertThat(e.effect()).isEqualTo(Effect.NONE);
        assertThat(e).hasMessageContaining("full");
        return i;
      }
    }
    throw new AssertionError("the disk never filled");
  }

  private static void putLarge(EmbeddedStore store, int number) throws InterruptedException {
    Stores.tables(store)
        .put(
            KitTables.TOOL_CALL.at(new Run(new UUID(0, 1))),
            new KitTables.ToolCall(
                new KitTables.Call(new UUID(0, number)),
                "t",
                Bytes.of(new byte[100_000]),
                "allow",
                null,
                null,
                1));
  }

  private static int sizeOf(EmbeddedStore store, int number) throws InterruptedException {
    return Stores.tables(store)
        .get(
            KitTables.TOOL_CALL.at(new Run(new UUID(0, 1))),
            new KitTables.Call(new UUID(0, number)))
        .orElseThrow()
        .inputHash()
        .length();
  }

  @Test
  void aFullDiskAtTheStartIsSaidSo() throws Exception {
    try (var disk = SmallDisk.of(directory, "size=1m")) {
      var data = Files.createDirectory(disk.path().resolve("data"));
      Files.createFile(data.resolve("store.lock"));
      SmallDisk.fill(disk.path().resolve("ballast"));
      assertThatThrownBy(() -> Stores.open(data))
          .asInstanceOf(type(StoreRefusedException.class))
          .satisfies(e -> assertThat(e.reason()).isIn(Reason.NO_SPACE, Reason.NOT_WRITABLE));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsRefused() throws Exception {
    try (var disk = SmallDisk.of(directory, "size=1m")) {
      disk.makeReadOnly();
      DamageTest.assertRefused(
          () -> Stores.open(disk.path().resolve("data")), Reason.NOT_WRITABLE, "cannot be written");
    }
  }

  @Test
  void aFolderThatBecameReadOnlyIsRefusedAndKeepsItsStore() throws Exception {
    try (var disk = SmallDisk.of(directory, "size=6m")) {
      var data = disk.path().resolve("data");
      try (var store = Stores.open(data)) {
        Stores.put(store, Stores.entry(1));
      }
      disk.makeReadOnly();
      DamageTest.assertRefused(() -> Stores.open(data), Reason.NOT_WRITABLE, "cannot be written");
      disk.makeWritable();
      try (var store = Stores.open(data)) {
        assertThat(Stores.has(store, Stores.entry(1))).isTrue();
      }
    }
  }

  /** The disk's answer to one commit is replaced: no file system here fails on demand. */
  @Test
  void afterAFailedFlushNothingIsWrittenUntilTheNextStart() throws Exception {
    var failing = new AtomicBoolean();
    Committer disk =
        writer -> {
          if (failing.get()) {
            throw new SQLException("disk I/O error", "", SQLiteErrorCode.SQLITE_IOERR_FSYNC.code);
          }
          Committer.toDisk(writer);
        };
    var parts = new EmbeddedStore.Parts(Format.CURRENT, disk);
    try (var store =
        EmbeddedStore.open(directory, KitTables.SCHEMA, InstantSource.system(), parts)) {
      Stores.put(store, Stores.entry(1));
      failing.set(true);
      assertUnavailable(() -> Stores.put(store, Stores.entry(2)), Effect.UNKNOWN, "cannot be used");

      failing.set(false);
      assertUnavailable(() -> Stores.put(store, Stores.entry(3)), Effect.NONE, "no longer writes");
      assertThat(Stores.has(store, Stores.entry(1))).as("reads go on").isTrue();
    }
    try (var store = Stores.open(directory)) {
      assertThat(Stores.has(store, Stores.entry(1))).isTrue();
      assertThat(Stores.has(store, Stores.entry(3))).as("refused without effect").isFalse();
    }
  }

  @Test
  void aBatchWhoseFlushFailedIsUnknown() throws Exception {
    Committer failing =
        _ -> {
          throw new SQLException("disk I/O error", "", SQLiteErrorCode.SQLITE_IOERR_FSYNC.code);
        };
    var parts = new EmbeddedStore.Parts(Format.CURRENT, failing);
    try (var store =
        EmbeddedStore.open(directory, KitTables.SCHEMA, InstantSource.system(), parts)) {
      var batch =
          Batch.in(KitTables.RUN_LOG.at(new Run(new UUID(0, 1))), new UUID(0, 2))
              .ifNoStatics()
              .statics(new Head(1, 1, null))
              .put(new Event(new Seq(1), new UUID(0, 3), "step", Bytes.of("x")));
      assertThat(Stores.tables(store).commit(batch)).isInstanceOf(CommitOutcome.Unknown.class);
    }
  }

  private static void assertUnavailable(ThrowingCallable writing, Effect effect, String text) {
    assertThatThrownBy(writing)
        .asInstanceOf(type(StoreUnavailableException.class))
        .satisfies(
            e -> {
              assertThat(e.effect()).isEqualTo(effect);
              assertThat(e).hasMessageContaining(text);
            });
  }
}
