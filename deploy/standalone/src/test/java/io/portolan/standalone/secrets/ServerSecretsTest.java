package io.portolan.standalone.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.vault.LocalKey;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ServerSecretsTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMillis(20);

  private final SecureRandom random = new SecureRandom();
  private final LinkedBlockingQueue<List<ServerDefinition>> told = new LinkedBlockingQueue<>();
  @TempDir private Path directory;
  private Store store;
  private Vault vault;
  private ServerSecrets secrets;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(VaultTables.ALL), InstantSource.system());
    vault = vault(1);
    secrets = secrets(vault, NEVER);
  }

  @AfterEach
  void close() {
    secrets.close();
    store.close();
  }

  private Vault vault(int key) {
    var bytes = new byte[LocalKey.KEY_BYTES];
    bytes[0] = (byte) key;
    return new Vault(store, LocalKey.of(bytes, random), random, InstantSource.system());
  }

  private static ServerSecrets secrets(Vault vault, Duration interval) {
    return new ServerSecrets(vault, TenantId.DEVELOPMENT, interval);
  }

  private void set(String name, String value) throws InterruptedException {
    vault.set(TenantId.DEVELOPMENT, name, value, Deadline.in(Duration.ofMinutes(1)));
  }

  private static ServerDefinition.Http server(String name, String token) {
    return new ServerDefinition.Http(
        name,
        URI.create("https://example.com/mcp"),
        HttpTransport.STREAMABLE,
        Map.of("Authorization", "Bearer " + token),
        Duration.ofSeconds(30));
  }

  private static String tokenOf(ServerDefinition definition) {
    return ((ServerDefinition.Http) definition).headers().getOrDefault("Authorization", "");
  }

  private List<ServerDefinition> next() throws InterruptedException {
    var next = told.poll(1, TimeUnit.MINUTES);
    if (next == null) {
      throw new AssertionError("nothing was told");
    }
    return next;
  }

  @Test
  void aServerWhoseSecretIsMissingIsTheOneThatFails() throws Exception {
    set("known", "first");
    var filled =
        secrets.first(
            List.of(
                server("a", "${secret:known}"),
                server("b", "${secret:unknown}"),
                server("c", "plain")));
    assertThat(tokenOf(filled.get(0))).isEqualTo("Bearer first");
    assertThat(filled.get(1))
        .isInstanceOfSatisfying(
            ServerDefinition.Unusable.class,
            unusable -> assertThat(unusable.reason()).contains("unknown", "development"));
    assertThat(tokenOf(filled.get(2))).isEqualTo("Bearer plain");
  }

  @Test
  void aSecretOfAnotherTenantIsNone() throws Exception {
    vault.set(new TenantId("other"), "known", "theirs", Deadline.in(Duration.ofMinutes(1)));
    assertThat(secrets.first(List.of(server("a", "${secret:known}"))).getFirst())
        .isInstanceOf(ServerDefinition.Unusable.class);
  }

  @Test
  void aSecretThatIsSetAnewReachesItsServer() throws Exception {
    var written = List.<ServerDefinition>of(server("a", "${secret:token}"));
    secrets.first(written);
    secrets.start(told::add);
    set("token", "first");
    secrets.look();
    assertThat(tokenOf(next().getFirst())).isEqualTo("Bearer first");
    set("token", "second");
    secrets.look();
    assertThat(tokenOf(next().getFirst())).isEqualTo("Bearer second");
    vault.delete(TenantId.DEVELOPMENT, "token", Deadline.in(Duration.ofMinutes(1)));
    secrets.look();
    assertThat(next().getFirst()).isInstanceOf(ServerDefinition.Unusable.class);
  }

  @Test
  void aSecretThatAnotherProcessSetIsNoticed() throws Exception {
    secrets = secrets(vault(1), SOON);
    secrets.first(List.of(server("a", "${secret:token}")));
    secrets.start(told::add);
    set("token", "first");
    assertThat(tokenOf(next().getFirst())).isEqualTo("Bearer first");
  }

  @Test
  void otherDefinitionsAreToldWithTheirSecrets() throws Exception {
    set("token", "first");
    secrets.first(List.of(server("a", "plain")));
    secrets.start(told::add);
    secrets.replace(List.of(server("a", "${secret:token}")));
    assertThat(tokenOf(next().getFirst())).isEqualTo("Bearer first");
  }

  @Test
  void aVaultThatCannotBeOpenedIsTheServersTrouble() throws Exception {
    set("token", "first");
    secrets = secrets(vault(2), NEVER);
    assertThat(secrets.first(List.of(server("a", "${secret:token}"))).getFirst())
        .isInstanceOfSatisfying(
            ServerDefinition.Unusable.class,
            unusable ->
                assertThat(unusable.reason())
                    .contains("token", "wrapped by")
                    .doesNotContain("first"));
  }
}
