package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.testkit.KitTables;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ReadOnlyStoreTest {
  @TempDir private Path directory;

  private ReadOnlyStore reading() throws StoreRefusedException {
    return ReadOnlyStore.open(directory, KitTables.SCHEMA, InstantSource.system());
  }

  @Test
  void whatAnotherProcessWritesIsReadAndNothingCanBeWritten() throws Exception {
    try (var store = Stores.open(directory);
        var reading = reading()) {
      Stores.put(store, Stores.entry(1));
      assertThat(Stores.has(reading, Stores.entry(1))).isTrue();
      assertThat(Stores.has(reading, Stores.entry(2))).isFalse();
      assertThatThrownBy(() -> Stores.put(reading, Stores.entry(2)))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("for reading only");
    }
  }

  @Test
  void nobodyOpensItForWritingWhileItIsLookedAtAlone() throws Exception {
    Stores.open(directory).close();
    try (var _ = reading()) {
      assertThatThrownBy(() -> Stores.open(directory))
          .isInstanceOfSatisfying(
              StoreRefusedException.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(StoreRefusedException.Reason.IN_USE));
    }
    Stores.open(directory).close();
  }

  @Test
  void whatIsNoStoreOrLacksATableIsRefused() throws Exception {
    assertThatThrownBy(this::reading)
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("there is no store in");
    EmbeddedStore.open(directory, new Schema(Blobs.TABLES), InstantSource.system()).close();
    assertThatThrownBy(this::reading)
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("portolan store migrate");
  }
}
