package io.portolan.tenancy.auth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authentication.Authenticated;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Unavailable;
import io.portolan.tenancy.auth.key.ApiKeys.Presence;
import io.portolan.tenancy.auth.key.KeyDesk.Made.Created;
import io.portolan.tenancy.auth.key.KeyDesk.Made.CreatedAll;
import io.portolan.tenancy.auth.key.Revocations.Issued;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredKeysTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Store store;
  private final StoredKeys keys;
  private final KeyDesk desk;

  StoredKeysTest(@TempDir Path folder) throws Exception {
    store = EmbeddedStore.open(folder, new Schema(KeyTables.TABLES), now::get);
    keys = looking(StoredKeys.Timing.DEFAULT);
    desk = new KeyDesk(store, keys, now::get, new SecureRandom());
  }

  /** Another gateway's view of the same store; looks only when it is told. */
  private StoredKeys looking(StoredKeys.Timing timing) throws Exception {
    var view = new StoredKeys(() -> Optional.of(store), now::get, timing);
    open.add(view);
    view.look();
    return view;
  }

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
    store.close();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private Created made(TenantId tenant, KeyGrant grant) throws Exception {
    return (Created) desk.create(tenant, grant, soon());
  }

  @Test
  void manyOfOneGrantAreEachTheirOwnAndCountAtAnotherGateway() throws Exception {
    var grant = KeyGrant.named("fleet");
    var other = looking(StoredKeys.Timing.DEFAULT);
    var most = KeyDesk.MADE_AT_ONCE_MAX;
    var created = (CreatedAll) desk.createAll(ACME, grant, most, soon());
    assertThat(created.keys().stream().map(each -> each.text().text()).distinct()).hasSize(most);
    other.look();
    for (var each : created.keys()) {
      assertThat(other.authenticate(each.text().text())).isInstanceOf(Authenticated.class);
    }
    assertThatThrownBy(() -> desk.createAll(ACME, grant, most + 1, soon()))
        .hasMessageContaining("expected 1 to " + most);
    assertThatThrownBy(() -> desk.createAll(ACME, grant, 0, soon()))
        .hasMessageContaining("expected 1 to " + most);
  }

  private static void assertInvalid(Authentication outcome, String because) {
    assertThat(outcome).isInstanceOf(Invalid.class);
    assertThat(((Invalid) outcome).why()).contains(because);
  }

  @Test
  void aNewKeyNamesItsCallerAtOnce() throws Exception {
    var grant =
        new KeyGrant(
            "ci", "build", "bot", Set.of("caller"), Set.of("red"), Set.of("mcp:read"), null);
    var created = made(ACME, grant);
    var caller = ((Authenticated) keys.authenticate(created.text().text())).caller();
    assertThat(caller.principal().tenant()).isEqualTo(ACME);
    assertThat(caller.principal().subject()).isEqualTo("user/build");
    assertThat(caller.credential()).isEqualTo("key:" + created.key().id());
    assertThat(caller.agent()).isEqualTo("bot");
    assertThat(caller.teams()).containsExactly("red");
    assertThat(caller.scopes()).containsExactly("mcp:read");
  }

  @Test
  void twoKeysWithoutASubjectAreTwoPrincipals() throws Exception {
    var one = made(ACME, KeyGrant.named("a"));
    var other = made(ACME, KeyGrant.named("a"));
    assertThat(keys.authenticate(one.text().text()))
        .isNotEqualTo(keys.authenticate(other.text().text()));
  }

  @Test
  void theSecretIsNeitherStoredNorSaid() throws Exception {
    var created = made(ACME, KeyGrant.named("a"));
    var secret = created.text().secret();
    assertThat(created.toString()).doesNotContain(secret);
    var row =
        store
            .at(ACME, soon())
            .get(
                KeyTables.KEYS.at(
                    new KeyTables.Shard(Math.floorMod(created.key().id().hashCode(), 16))),
                new KeyTables.KeyId(created.key().id()));
    assertThat(row).isPresent();
    assertThat(row.get().toString()).doesNotContain(secret);
    assertThat(row.get().secretSha256().length()).isEqualTo(32);
  }

  @Test
  void aMistypedKeyIsFoundByItsChecksum() throws Exception {
    var text = made(ACME, KeyGrant.named("a")).text().text();
    for (int i = 4; i < text.length(); i++) {
      var typo = text.substring(0, i) + (text.charAt(i) == 'x' ? 'y' : 'x') + text.substring(i + 1);
      assertThat(keys.authenticate(typo)).as(typo).isInstanceOf(Invalid.class);
    }
    assertInvalid(keys.authenticate(text + "x"), "checksum");
    assertInvalid(keys.authenticate("ptl_"), "checksum");
  }

  @Test
  void aRightIdWithAnotherSecretIsRefusedLikeAnUnknownId() throws Exception {
    var created = made(ACME, KeyGrant.named("a"));
    var other = KeyText.random(new SecureRandom());
    var stolen = new KeyText(created.key().id(), other.secret());
    assertThat(keys.authenticate(stolen.text())).isEqualTo(keys.authenticate(other.text()));
    assertInvalid(keys.authenticate(stolen.text()), "not valid");
  }

  @Test
  void aKeyEndsAtItsEnd() throws Exception {
    var end = NOW.plusSeconds(10);
    var grant = new KeyGrant("a", null, null, Set.of(), Set.of(), Set.of(), end);
    var text = made(ACME, grant).text().text();
    now.set(end.minusMillis(1));
    assertThat(keys.authenticate(text)).isInstanceOf(Authenticated.class);
    now.set(end);
    assertInvalid(keys.authenticate(text), "expired");
  }

  @Test
  void aRevokedKeyIsRefusedAtOnceHereAndWithTheNextLookElsewhere() throws Exception {
    var created = made(ACME, KeyGrant.named("a"));
    var elsewhere = looking(StoredKeys.Timing.DEFAULT);
    assertThat(desk.revoke(ACME, created.key().id(), soon())).isTrue();
    assertInvalid(keys.authenticate(created.text().text()), "revoked");
    assertThat(elsewhere.authenticate(created.text().text())).isInstanceOf(Authenticated.class);
    elsewhere.look();
    assertInvalid(elsewhere.authenticate(created.text().text()), "revoked");
    assertThat(desk.revoke(ACME, created.key().id(), soon())).isTrue(); // again
  }

  @Test
  void aKeyMadeElsewhereIsSeenWithTheNextLook() throws Exception {
    var elsewhere = looking(StoredKeys.Timing.DEFAULT);
    var created = made(ACME, KeyGrant.named("a"));
    assertThat(elsewhere.authenticate(created.text().text())).isInstanceOf(Invalid.class);
    elsewhere.look();
    assertThat(elsewhere.authenticate(created.text().text())).isInstanceOf(Authenticated.class);
  }

  @Test
  void oneTenantNeverSeesAnothers() throws Exception {
    var created = made(ACME, KeyGrant.named("a"));
    assertThat(desk.list(GLOBEX, null, 10)).isEmpty();
    assertThat(desk.list(ACME, null, 10)).containsExactly(created.key());
    assertThat(desk.revoke(GLOBEX, created.key().id(), soon())).isFalse();
    assertThat(keys.authenticate(created.text().text())).isInstanceOf(Authenticated.class);
  }

  @Test
  void aListIsPaged() throws Exception {
    for (int i = 0; i < 5; i++) {
      made(ACME, KeyGrant.named("k" + i));
    }
    var first = desk.list(ACME, null, 3);
    var rest = desk.list(ACME, first.getLast().id(), 3);
    assertThat(first).hasSize(3);
    assertThat(rest).hasSize(2);
    assertThat(rest).doesNotContainAnyElementsOf(first);
  }

  @Test
  void whatCannotBeReadForTooLongLetsNobodyIn() throws Exception {
    var created = made(ACME, KeyGrant.named("a"));
    var strict =
        looking(
            new StoredKeys.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ZERO));
    assertThat(strict.authenticate(created.text().text())).isInstanceOf(Unavailable.class);
    assertThat(strict.known()).isFalse();
  }

  @Test
  void nothingIsKnownBeforeTheFirstLook() {
    var early = new StoredKeys(() -> Optional.of(store), now::get, StoredKeys.Timing.DEFAULT);
    assertThat(early.presence()).isEqualTo(Presence.UNKNOWN);
    assertThat(early.known()).isFalse();
  }

  @Test
  void aStoreThatIsGoneIsNotTakenForAnEmptyOne() throws Exception {
    store.close();
    var view = new StoredKeys(() -> Optional.of(store), now::get, StoredKeys.Timing.DEFAULT);
    assertThatThrownBy(view::start).isInstanceOf(RuntimeException.class);
    assertThat(view.presence()).isEqualTo(Presence.UNKNOWN);
  }

  @Test
  void theLastKeysEndLeavesTheDoorShut() throws Exception {
    assertThat(keys.presence()).isEqualTo(Presence.NONE);
    var created = made(ACME, KeyGrant.named("a"));
    desk.revoke(ACME, created.key().id(), soon());
    assertThat(keys.presence()).isEqualTo(Presence.SOME);
  }

  @Test
  void aTokenIsRevokedByItsIdInItsTenantOnly() throws Exception {
    assertThat(desk.revokeToken(ACME, "corp", "t1", soon())).isTrue();
    assertThat(keys.revoked(new Issued(ACME, "corp/alice", "corp/t1", NOW))).isTrue();
    assertThat(keys.revoked(new Issued(ACME, "corp/alice", "corp/t2", NOW))).isFalse();
    assertThat(keys.revoked(new Issued(ACME, "other/alice", "other/t1", NOW))).isFalse();
    assertThat(keys.revoked(new Issued(GLOBEX, "corp/alice", "corp/t1", NOW))).isFalse();
  }

  @Test
  void allTokensOfASubjectSoFarAreRevoked() throws Exception {
    assertThat(desk.revokeSubject(ACME, "corp/alice", soon())).isTrue();
    assertThat(keys.revoked(new Issued(ACME, "corp/alice", "corp/t1", NOW))).isTrue();
    assertThat(keys.revoked(new Issued(ACME, "corp/alice", null, null))).isTrue();
    assertThat(keys.revoked(new Issued(ACME, "corp/alice", null, NOW.plusSeconds(1)))).isFalse();
    assertThat(keys.revoked(new Issued(ACME, "corp/bob", "corp/t1", NOW))).isFalse();
  }

  @Test
  void aHundredThousandKeysAreFoundAsOneIs() throws Exception {
    var index = new KeyIndex();
    var text = KeyText.random(new SecureRandom());
    for (int i = 0; i < 100_000; i++) {
      index.put(ACME, row(i == 50_000 ? text : new KeyText("id" + i, "x")));
    }
    assertThat(index.count(ACME)).isEqualTo(KeyDesk.KEYS_MAX);
    assertThat(index.authenticate(text, NOW)).isInstanceOf(Authenticated.class);
  }

  private static KeyTables.KeyRow row(KeyText text) {
    return new KeyTables.KeyRow(
        new KeyTables.KeyId(text.id()),
        text.secretHash(),
        "a",
        null,
        null,
        "",
        "",
        "",
        NOW,
        null,
        null);
  }

  @Test
  void grantsAreWithinTheirBounds() {
    assertThat(KeyGrant.named("n".repeat(100)).name()).hasSize(100);
    assertThatThrownBy(() -> KeyGrant.named("n".repeat(101)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new KeyGrant("a", null, null, Set.of("two words"), Set.of(), Set.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
