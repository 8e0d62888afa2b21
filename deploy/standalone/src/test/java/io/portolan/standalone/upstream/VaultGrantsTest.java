package io.portolan.standalone.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.vault.LocalKey;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class VaultGrantsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final Principal ALICE = new Principal(ACME, "corp/alice");
  private static final Principal NAMESAKE = new Principal(GLOBEX, "corp/alice");

  @TempDir private Path directory;
  private final SecureRandom random = new SecureRandom();
  private Store store;
  private Vault vault;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(VaultTables.ALL), InstantSource.system());
    var key = LocalKey.of(new byte[LocalKey.KEY_BYTES], random);
    vault = new Vault(store, key, random, InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  @Test
  void aGrantForATenantsOwnServerLiesInThatTenantsVaultAndGoesWithItsKey() throws Exception {
    var grants = new VaultGrants(vault, "acme/notes", ACME);
    grants.save(ALICE, "given");
    assertThat(grants.load(ALICE)).contains("given");
    assertThat(vault.list(ACME, soon())).hasSize(1);
    assertThat(vault.list(TenantId.DEVELOPMENT, soon())).isEmpty();
    vault.shred(ACME, soon());
    assertThatThrownBy(() -> grants.load(ALICE)).hasMessageContaining("cannot be read now");
  }

  @Test
  void nobodyOfAnotherTenantHasAGrantForIt() throws Exception {
    var grants = new VaultGrants(vault, "acme/notes", ACME);
    grants.save(ALICE, "given");
    assertThat(grants.load(NAMESAKE)).isEmpty();
    assertThatThrownBy(() -> grants.save(NAMESAKE, "taken"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(vault.list(GLOBEX, soon())).isEmpty();
    // Nor does a server of the same handle there find it.
    assertThat(new VaultGrants(vault, "globex/notes", GLOBEX).load(NAMESAKE)).isEmpty();
    assertThat(new VaultGrants(vault, "globex/notes", GLOBEX).load(ALICE)).isEmpty();
  }

  @Test
  void atAServerOfTheOperatorsEveryTenantHasItsOwn() throws Exception {
    var grants = new VaultGrants(vault, "notes", null);
    grants.save(ALICE, "alice's");
    grants.save(NAMESAKE, "the other's");
    assertThat(grants.load(ALICE)).contains("alice's");
    assertThat(grants.load(NAMESAKE)).contains("the other's");
  }
}
