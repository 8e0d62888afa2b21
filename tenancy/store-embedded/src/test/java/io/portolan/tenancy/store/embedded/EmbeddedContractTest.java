package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.testkit.BatchContract;
import io.portolan.tenancy.store.testkit.BlobContract;
import io.portolan.tenancy.store.testkit.ExpiryContract;
import io.portolan.tenancy.store.testkit.HistoryContract;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.RowContract;
import io.portolan.tenancy.store.testkit.SliceContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on the embedded engine. */
@SuppressWarnings("NullAway.Init")
class EmbeddedContractTest {
  @TempDir private static Path directory;
  private static EmbeddedStore store;

  @BeforeAll
  static void open() throws Exception {
    store = EmbeddedStore.open(directory, KitTables.SCHEMA, InstantSource.system());
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Nested
  class Rows extends RowContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Slices extends SliceContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Batches extends BatchContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Expiry extends ExpiryContract {
    @Override
    protected Store store() {
      return store;
    }
  }

  @Nested
  class Histories extends HistoryContract {
    @Override
    protected Store store() {
      return store;
    }

    @Override
    protected int seeds() {
      return 1000;
    }
  }

  @Nested
  class LargeValues extends BlobContract {
    @Override
    protected Store store() {
      return store;
    }
  }
}
