package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import io.portolan.tenancy.store.testkit.KitTables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Check, backup, restore, migrate: on stores at rest and in use. */
@SuppressWarnings("NullAway.Init")
class StoreFilesTest {
  @TempDir private Path directory;

  private Path data() {
    return directory.resolve("data");
  }

  private Path elsewhere() {
    return directory.resolve("elsewhere");
  }

  @Test
  void aBackupDuringWritesIsAPrefixOfThemAndIsRestoredElsewhere() throws Exception {
    var backup = directory.resolve("backup.db");
    var acknowledged = new AtomicInteger();
    var before = 0;
    try (var store = Stores.open(data());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var enough = new AtomicBoolean();
      var writing =
          threads.submit(
              () -> {
                for (int n = 0; !enough.get(); n++) {
                  Stores.put(store, Stores.entry(n));
                  acknowledged.set(n + 1);
                }
                return true;
              });
      try {
        while (acknowledged.get() < 50 && !writing.isDone()) {
          Thread.onSpinWait();
        }
        before = acknowledged.get();
        new StoreFiles(data()).backup(backup);
      } finally {
        enough.set(true);
      }
      assertThat(writing.get()).isTrue();
    }
    new StoreFiles(elsewhere()).restore(backup);

    try (var store = Stores.open(elsewhere())) {
      var there = 0;
      while (there < acknowledged.get() && Stores.has(store, Stores.entry(there))) {
        there++;
      }
      assertThat(there).as("all that was acknowledged before").isGreaterThanOrEqualTo(before);
      for (int n = there; n < acknowledged.get(); n++) {
        assertThat(Stores.has(store, Stores.entry(n))).as("nothing behind a gap").isFalse();
      }
    }
  }

  @Test
  void aCheckCountsWhatIsThereWhileItIsInUse() throws Exception {
    try (var store = Stores.open(data())) {
      Stores.put(store, Stores.entry(1));
      Stores.put(store, Stores.entry(2));

      var report = new StoreFiles(data()).check();

      assertThat(report.rows()).isEqualTo(2);
      assertThat(report.problems()).isEmpty();
      assertThat(report.format()).isEqualTo(StoreFiles.formatOfThisBuild());
    }
  }

  @Test
  void aCheckNamesTheTableWithADamagedRow() throws Exception {
    try (var store = Stores.open(data())) {
      Stores.put(store, Stores.entry(1));
    }
    var file = data().resolve("store.db");
    var text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file,
        text.replace("content of entry 1", "kontent of entry 1"),
        StandardCharsets.ISO_8859_1);

    assertThat(new StoreFiles(data()).check().problems())
        .singleElement()
        .asString()
        .contains("entries_up", "1 of 1 rows");
    DamageTest.assertRefused(
        () -> new StoreFiles(data()).backup(directory.resolve("b.db")),
        Reason.DAMAGED,
        "entries_up");
    assertThat(directory.resolve("b.db")).doesNotExist();
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    try (var store = Stores.open(data())) {
      Stores.put(store, Stores.entry(1));
    }
    var backup = directory.resolve("backup.db");
    new StoreFiles(data()).backup(backup);

    DamageTest.assertRefused(
        () -> new StoreFiles(data()).backup(backup), Reason.WRONG_PLACE, "not overwritten");
    DamageTest.assertRefused(
        () -> new StoreFiles(data()).restore(backup), Reason.WRONG_PLACE, "not overwritten");
  }

  @Test
  void whatIsNoBackupIsNotRestored() throws Exception {
    var text = Files.writeString(directory.resolve("text"), "no database at all".repeat(99));
    DamageTest.assertRefused(
        () -> new StoreFiles(elsewhere()).restore(text), Reason.DAMAGED, "copy");
    DamageTest.assertRefused(
        () -> new StoreFiles(elsewhere()).restore(directory.resolve("none")),
        Reason.WRONG_PLACE,
        "no file");
    DamageTest.assertRefused(
        () -> new StoreFiles(elsewhere()).check(), Reason.WRONG_PLACE, "no store");
    assertThat(new StoreFiles(elsewhere()).exist()).isFalse();
  }

  @Test
  void migrateMakesAStoreWhereThereIsNone() throws Exception {
    var report = new StoreFiles(elsewhere()).migrate(KitTables.SCHEMA);

    assertThat(report.format()).isEqualTo(StoreFiles.formatOfThisBuild());
    assertThat(report.tables()).isGreaterThan(KitTables.SCHEMA.tables().size());
    Stores.open(elsewhere()).close();
  }

  /** With plain JDBC, as sqlite3 would. */
  @Test
  void theTablesAreReadableWithTheNamesOfTheRequirements() throws Exception {
    new StoreFiles(data()).migrate(KitTables.SCHEMA);
    var file = data().resolve("store.db");
    assertThat(columns(file, "agent_run"))
        .contains(
            "run_id",
            "tenant_id",
            "workflow_id",
            "agent_id",
            "status",
            "start_ts",
            "end_ts",
            "cost",
            "trace_id");
    assertThat(columns(file, "tool_call"))
        .contains(
            "call_id",
            "run_id",
            "tool_id",
            "input_hash",
            "policy_decision",
            "execution_status",
            "output_ref",
            "latency_ms");
  }

  private static List<String> columns(Path file, String table) throws Exception {
    var names = new ArrayList<String>();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement();
        var results =
            statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
      while (results.next()) {
        names.add(results.getString(1));
      }
    }
    return names;
  }
}
