package io.portolan.standalone.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final TenantId ACME = new TenantId("acme");

  private final SecureRandom random = new SecureRandom();
  @TempDir Path folder;

  @Test
  void isMadeOnceForItsOwnerOnly() throws Exception {
    var first = KeyFile.of(folder, random);
    assertThat(KeyFile.of(folder, random).current().id()).isEqualTo(first.current().id());
    assertThat(Files.getPosixFilePermissions(folder.resolve(KeyFile.NAME)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void othersMayNotReadIt() throws Exception {
    KeyFile.of(folder, random);
    Files.setPosixFilePermissions(
        folder.resolve(KeyFile.NAME), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> KeyFile.of(folder, random))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("0600");
  }

  @Test
  void aRotatedKeyWrapsEverythingAnewAndEarlierOnesStillOpen() throws Exception {
    var keys = KeyFile.of(folder, random);
    var beside = KeyFile.of(folder, random); // of a gateway that does not know yet
    var before = keys.current().id();
    try (var store =
        EmbeddedStore.open(
            folder.resolve("store"), new Schema(VaultTables.ALL), InstantSource.system())) {
      var vault = new Vault(store, keys, random, InstantSource.system());
      vault.set(ACME, "token", "value", soon());
      keys.add();
      assertThat(keys.current().id()).isNotEqualTo(before);
      assertThat(vault.get(ACME, "token", soon())).contains("value");
      assertThat(vault.rewrapAll(soon())).isEqualTo(new Vault.Rewrapped(1, 0, keys.current().id()));
      assertThat(vault.rewrapAll(soon())).isEqualTo(new Vault.Rewrapped(0, 1, keys.current().id()));
      assertThat(
              new Vault(store, beside, random, InstantSource.system()).get(ACME, "token", soon()))
          .contains("value");
    }
    assertThat(KeyFile.of(folder, random).find(before)).isPresent();
    assertThat(Files.getPosixFilePermissions(folder.resolve(KeyFile.NAME)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatIsNoKeyIsRefusedAndNotShown() throws Exception {
    for (var text :
        new String[] {"", "hunter2", "00".repeat(31), ("00".repeat(32) + "\n").repeat(65)}) {
      assertThatThrownBy(() -> KeyFile.keys("here", text, random))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("here")
          .hasMessageNotContaining("hunter2");
    }
    assertThat(KeyFile.keys("here", ("00".repeat(32) + "\n").repeat(64), random)).hasSize(64);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }
}
