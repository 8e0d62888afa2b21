package io.portolan.tenancy.vault;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class SealedPlaceholdersTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  private final SecureRandom random = new SecureRandom();
  @TempDir private Path directory;
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

  private SealedPlaceholders placeholders(Duration freshFor) {
    return new SealedPlaceholders(vault, freshFor);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  @Test
  void anotherGatewayOfTheSameStoreTurnsThemBackAndAnotherTenantDoesNot() throws Exception {
    var one = placeholders(Duration.ofHours(1));
    var placeholder = requireNonNull(one.of(ACME).of("pii:email", "a@b.example"));
    var other = placeholders(Duration.ofHours(1));
    assertThat(other.of(ACME).text(placeholder)).isEqualTo("a@b.example");
    assertThat(other.of(GLOBEX).text(placeholder)).isNull();
    assertThat(other.of(GLOBEX).of("pii:email", "a@b.example")).isNotEqualTo(placeholder);
    vault.rewrap(ACME, LocalKey.of(new byte[LocalKey.KEY_BYTES], random), soon());
    assertThat(placeholders(Duration.ofHours(1)).of(ACME).text(placeholder))
        .isEqualTo("a@b.example");
  }

  @Test
  void whatIsShreddedIsTurnedBackByNobodyAnyMore() throws Exception {
    var acme = new SealedPlaceholders(vault, Duration.ZERO, Runnable::run).of(ACME);
    var placeholder = requireNonNull(acme.of("pii:email", "a@b.example"));
    assertThat(acme.text(placeholder)).isEqualTo("a@b.example");
    vault.shred(ACME, soon());
    // The first look finds it gone, and the next text feels it.
    var _ = acme.text(placeholder);
    assertThat(acme.text(placeholder)).isNull();
    assertThat(placeholders(Duration.ofHours(1)).of(ACME).text(placeholder)).isNull();
  }

  @Test
  void oneTextHasOnePlaceholderHoweverManyAskAtOnce() throws Exception {
    var acme = placeholders(Duration.ofHours(1));
    Callable<String> ask = () -> requireNonNull(acme.of(ACME).of("pii:email", "a@b.example"));
    var seen = new HashSet<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(IntStream.range(0, 50).mapToObj(_ -> ask).toList())) {
        seen.add(each.get());
      }
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void withoutTheStoreThereAreNone() {
    var acme = placeholders(Duration.ofHours(1)).of(ACME);
    store.close();
    assertThat(acme.of("pii:email", "a@b.example")).isNull();
    assertThat(acme.text("<email:" + "A".repeat(60) + ">")).isNull();
  }
}
