package io.portolan.tenancy.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.BlobRef;
import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Bytes;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large values, named by their content. */
public abstract class BlobContract extends StoreContract {
  /** Made by JUnit. */
  protected BlobContract() {}

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 262_143, 262_144, 262_145, 1_000_000})
  void aBlobComesBackByTheHashOfItsContent(int size) throws Exception {
    var content = new byte[size];
    new Random(size).nextBytes(content);

    var ref = Blobs.put(tables(), Bytes.of(content));

    assertThat(Blobs.get(tables(), ref)).contains(Bytes.of(content));
    assertThat(Blobs.put(tables(), Bytes.of(content))).isEqualTo(ref);
  }

  @Test
  void aBlobIsItsTenantsOwn() throws Exception {
    var ref = Blobs.put(tables(), Bytes.of("abc"));

    assertThat(ref)
        .isEqualTo(new BlobRef("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assertThat(Blobs.get(store().at(newTenant(), soon()), ref)).isEmpty();
  }

  @Test
  void aBlobPastTheBoundIsRefused() {
    var tables = tables();
    var tooLarge = Bytes.of(new byte[Blobs.BLOB_BYTES_MAX + 1]);
    assertThatThrownBy(() -> Blobs.put(tables, tooLarge))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
