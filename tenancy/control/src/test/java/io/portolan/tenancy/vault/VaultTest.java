package io.portolan.tenancy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.testkit.Fault;
import io.portolan.tenancy.store.testkit.FaultPlan;
import io.portolan.tenancy.store.testkit.FaultyStore;
import io.portolan.tenancy.vault.VaultTables.All;
import io.portolan.tenancy.vault.VaultTables.Name;
import io.portolan.tenancy.vault.VaultTables.Sealed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class VaultTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId OTHER = new TenantId("other");
  private static final String VALUE = "attack-at-dawn";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T17:00:00Z"));

  private final SecureRandom random = new SecureRandom();
  @TempDir private Path directory;
  private Store store;
  private Vault vault;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(VaultTables.ALL), InstantSource.system());
    vault = vault(store, 1);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Vault vault(Store on, int key) {
    return new Vault(on, key(key), random, CLOCK);
  }

  private LocalKey key(int number) {
    var key = new byte[LocalKey.KEY_BYTES];
    Arrays.fill(key, (byte) number);
    return LocalKey.of(key, random);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }

  @Test
  void aSecretIsReadAsItWasSetLast() throws Exception {
    assertThat(vault.get(ACME, "token", soon())).isEmpty();
    assertThat(vault.set(ACME, "token", "first", soon())).isEqualTo(1);
    assertThat(vault.set(ACME, "token", VALUE, soon())).isEqualTo(2);
    assertThat(vault.get(ACME, "token", soon())).contains(VALUE);
    assertThat(vault(store, 1).get(ACME, "token", soon())).contains(VALUE);
    assertThat(vault.list(ACME, soon()))
        .containsExactly(new Vault.Entry("token", 2, CLOCK.instant()));
    assertThat(vault.delete(ACME, "token", soon())).isTrue();
    assertThat(vault.delete(ACME, "token", soon())).isFalse();
    assertThat(vault.get(ACME, "token", soon())).isEmpty();
  }

  @Test
  void noFileOfTheStoreHoldsAValue() throws Exception {
    vault.set(ACME, "token", VALUE, soon());
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(VALUE);
      }
    }
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    vault.set(ACME, "token", VALUE, soon());
    assertThat(vault.get(OTHER, "token", soon())).isEmpty();
    assertThat(vault.list(OTHER, soon())).isEmpty();
    assertThat(vault.delete(OTHER, "token", soon())).isFalse();
  }

  @Test
  void aValueIsNoneOfAnotherNameOrVersion() throws Exception {
    vault.set(ACME, "token", VALUE, soon());
    vault.set(ACME, "other", "harmless", soon());
    var sealed = row("token");
    replace(new Sealed(new Name("other"), 1, sealed.keyId(), sealed.sealed(), sealed.setAt()));
    assertThatThrownBy(() -> vault.get(ACME, "other", soon()))
        .isInstanceOf(VaultSealedException.class)
        .hasMessageNotContaining(VALUE);
    replace(new Sealed(new Name("token"), 2, sealed.keyId(), sealed.sealed(), sealed.setAt()));
    assertThatThrownBy(() -> vault.get(ACME, "token", soon()))
        .isInstanceOf(VaultSealedException.class);
  }

  @Test
  void rotatingTheKeyRewrapsAndSealsNothingAnew() throws Exception {
    vault.set(ACME, "token", VALUE, soon());
    var before = row("token");
    assertThat(vault.rewrap(ACME, key(2), soon())).isTrue();
    assertThat(vault.rewrap(OTHER, key(2), soon())).as("has no key").isFalse();
    assertThat(row("token")).isEqualTo(before);
    assertThat(vault(store, 2).get(ACME, "token", soon())).contains(VALUE);
    assertThatThrownBy(() -> vault.get(ACME, "token", soon()))
        .isInstanceOf(VaultSealedException.class)
        .hasMessageContaining(key(2).id())
        .hasMessageContaining(key(1).id());
  }

  @Test
  void theKeysOfAllTenantsAreWrappedAnewAtOnce() throws Exception {
    for (int i = 0; i < 120; i++) { // more than a page
      vault.set(new TenantId("tenant-" + i), "token", VALUE + i, soon());
    }
    var both = new Vault(store, KeyRing.of(key(2), List.of(key(1))), random, CLOCK);
    assertThat(both.rewrapAll(soon())).isEqualTo(new Vault.Rewrapped(120, 0, key(2).id()));
    assertThat(both.rewrapAll(soon())).isEqualTo(new Vault.Rewrapped(0, 120, key(2).id()));
    assertThat(vault(store, 2).get(new TenantId("tenant-7"), "token", soon())).contains(VALUE + 7);
    assertThatThrownBy(() -> vault(store, 3).rewrapAll(soon()))
        .isInstanceOf(VaultSealedException.class);
  }

  @Test
  void whatIsShreddedIsGoneForEverybody() throws Exception {
    vault.set(ACME, "token", VALUE, soon());
    vault.shred(ACME, soon());
    vault.shred(ACME, soon());
    assertThatThrownBy(() -> vault.get(ACME, "token", soon()))
        .isInstanceOf(VaultSealedException.class);
    vault.set(ACME, "another", "new", soon());
    assertThat(vault.get(ACME, "another", soon())).contains("new");
    assertThatThrownBy(() -> vault.get(ACME, "token", soon()))
        .isInstanceOf(VaultSealedException.class);
  }

  @Test
  void ofManyThatSetOneSecretEachGetsAVersion() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work =
          IntStream.range(0, 8)
              .<Callable<Long>>mapToObj(i -> () -> vault.set(ACME, "token", "v" + i, soon()))
              .toList();
      var versions = new long[8];
      var i = 0;
      for (var version : threads.invokeAll(work)) {
        versions[i++] = version.get();
      }
      Arrays.sort(versions);
      assertThat(versions).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void aStoreThatIsUncertainLosesNoSecret() throws Exception {
    var faults = EnumSet.of(Fault.TIMEOUT_AFTER, Fault.SLOW, Fault.DUPLICATE);
    for (long seed = 1; seed <= 5; seed++) {
      var name = "token-" + seed;
      var faulty = new FaultyStore(store, new FaultPlan(seed, faults, 0.3));
      var tries = 0;
      while (true) {
        try {
          vault(faulty, 1).set(ACME, name, VALUE, soon());
          break;
        } catch (StoreUnavailableException _) {
          assertThat(++tries).as("seed " + seed).isLessThan(50);
        }
      }
      assertThat(vault.get(ACME, name, soon())).as("seed " + seed).contains(VALUE);
    }
  }

  @Test
  void namesAndValuesHaveBounds() throws Exception {
    for (var name : new String[] {"", "a b", "-a", "a".repeat(129), "a/b"}) {
      assertThatThrownBy(() -> vault.set(ACME, name, VALUE, soon()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(vault.get(ACME, name, soon())).isEmpty();
    }
    vault.set(ACME, "a".repeat(128), "x".repeat(Vault.VALUE_BYTES_MAX), soon());
    assertThatThrownBy(() -> vault.set(ACME, "a", "x".repeat(Vault.VALUE_BYTES_MAX + 1), soon()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> vault.set(ACME, "a", "", soon()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalKey.of(new byte[31], random))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyShowsItsNameOnly() {
    assertThat(key(7).toString()).isEqualTo(key(7).id()).doesNotContain("07070707");
  }

  private Sealed row(String name) throws InterruptedException {
    return store
        .at(ACME, soon())
        .get(VaultTables.SECRETS.at(new All()), new Name(name))
        .orElseThrow();
  }

  private void replace(Sealed row) throws InterruptedException {
    var batch =
        Batch.in(VaultTables.SECRETS.at(new All()), UUID.randomUUID())
            .ifPresent(row.key())
            .put(row);
    assertThat(store.at(ACME, soon()).commit(batch)).isInstanceOf(CommitOutcome.Applied.class);
  }
}
