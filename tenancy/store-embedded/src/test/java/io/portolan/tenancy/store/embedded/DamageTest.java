package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are refused, or tell the truth; they never lose a row in silence. */
@SuppressWarnings("NullAway.Init")
class DamageTest {
  private static final int ENTRIES = 30;
  private static final int FLIPS = 300;

  @TempDir private Path directory;

  @Test
  void aFlippedBitInTheFileIsRefusedOrChangesNothing() throws Exception {
    writeEntries();
    var file = directory.resolve("store.db");
    var whole = Files.readAllBytes(file);
    var random = new SplittableRandom(2026);
    var refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      var bit = random.nextLong(whole.length * 8L);
      Files.write(file, flipped(whole, bit));
      Files.deleteIfExists(directory.resolve("store.db-wal"));
      try (var store = Stores.open(directory)) {
        for (int n = 0; n < ENTRIES; n++) {
          assertThat(Stores.has(store, Stores.entry(n))).as("entry %d, bit %d", n, bit).isTrue();
        }
      } catch (StoreRefusedException e) {
        assertThat(e.reason()).isIn(Reason.DAMAGED, Reason.NOT_A_STORE, Reason.NEWER_FORMAT);
        refused++;
      }
    }
    assertThat(refused).as("flips that hit something").isPositive();
  }

  @Test
  void aFlippedBitInARowIsRefusedAndNamesTheTable() throws Exception {
    writeEntries();
    var file = directory.resolve("store.db");
    var whole = Files.readAllBytes(file);
    var at = indexOf(whole, "content of entry 17");
    Files.write(file, flipped(whole, at * 8L + 1));

    assertRefused(() -> Stores.open(directory), Reason.DAMAGED, "entries_up");
  }

  @Test
  void aTornTailOfTheLogLosesOnlyWhatWasNeverAcknowledged() throws Exception {
    var copy = directory.resolve("copy");
    var acknowledged = copyWithLog(copy);
    var log = copy.resolve("store.db-wal");
    var whole = Files.readAllBytes(log);
    // A transaction that a kill interrupted: its frames are there in part, without their end.
    var torn = Arrays.copyOf(whole, whole.length + 3000);
    Arrays.fill(torn, whole.length, torn.length, (byte) 7);
    Files.write(log, torn);

    try (var store = Stores.open(copy)) {
      for (int n = 0; n < acknowledged; n++) {
        assertThat(Stores.has(store, Stores.entry(n))).isTrue();
      }
      Stores.put(store, Stores.entry(1000));
      assertThat(Stores.has(store, Stores.entry(1000))).isTrue();
    }
  }

  @Test
  void aLogCutInsideItsLastCommitGivesTheCommitsBefore() throws Exception {
    var copy = directory.resolve("copy");
    var acknowledged = copyWithLog(copy);
    var log = copy.resolve("store.db-wal");
    var whole = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(whole, whole.length - 100));

    try (var store = Stores.open(copy)) {
      for (int n = 0; n < acknowledged - 1; n++) {
        assertThat(Stores.has(store, Stores.entry(n))).isTrue();
      }
      assertThat(Stores.has(store, Stores.entry(acknowledged - 1))).isFalse();
    }
  }

  @Test
  void aFlippedBitInTheMiddleOfTheLogIsRefused() throws Exception {
    var copy = directory.resolve("copy");
    copyWithLog(copy);
    var log = copy.resolve("store.db-wal");
    var whole = Files.readAllBytes(log);
    var frameBytes = 24 + 4096;
    var frames = (whole.length - 32) / frameBytes;
    var random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      // Not the last two commits, of which the last cannot be told from a torn one.
      var bit = random.nextLong(8L * (32 + (frames - 8L) * frameBytes));
      Files.write(log, flipped(whole, bit));
      assertRefused(() -> Stores.open(copy), Reason.DAMAGED, "write-ahead log");
      assertThat(Files.readAllBytes(log)).as("nothing is changed").isEqualTo(flipped(whole, bit));
    }
    Files.write(log, whole);
    Stores.open(copy).close();
  }

  @Test
  void aLogWithoutItsFileIsRefused() throws Exception {
    var copy = directory.resolve("copy");
    copyWithLog(copy);
    Files.delete(copy.resolve("store.db"));

    assertRefused(() -> Stores.open(copy), Reason.DAMAGED, "missing");
  }

  @Test
  void anothersFileIsRefused() throws Exception {
    Files.writeString(directory.resolve("store.db"), "this is no database, only text".repeat(40));
    assertRefused(() -> Stores.open(directory), Reason.DAMAGED, "store.db");
  }

  private void writeEntries() throws Exception {
    try (var store = Stores.open(directory)) {
      for (int n = 0; n < ENTRIES; n++) {
        Stores.put(store, Stores.entry(n));
      }
    }
  }

  /** What a kill would leave: the files of an open store. Each entry is a commit of its own. */
  private int copyWithLog(Path copy) throws Exception {
    try (var store = Stores.open(directory)) {
      var entries = 20; // Too few for the log to be moved into the file.
      for (int n = 0; n < entries; n++) {
        Stores.put(store, Stores.entry(n));
      }
      Files.createDirectories(copy);
      for (var name : new String[] {"store.db", "store.db-wal"}) {
        Files.copy(directory.resolve(name), copy.resolve(name));
      }
      return entries;
    }
  }

  private static byte[] flipped(byte[] whole, long bit) {
    var bytes = whole.clone();
    bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
    return bytes;
  }

  private static int indexOf(byte[] whole, String text) throws IOException {
    var at = new String(whole, StandardCharsets.ISO_8859_1).indexOf(text);
    if (at < 0) {
      throw new IOException("not in the file: " + text);
    }
    return at;
  }

  static void assertRefused(ThrowingCallable opening, Reason reason, String text) {
    assertThatThrownBy(opening)
        .asInstanceOf(type(StoreRefusedException.class))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContaining(text);
            });
  }
}
