package io.portolan.tenancy.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants.Standing;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.tenants.TenantDesk.Made;
import io.portolan.tenancy.vault.LocalKey;
import io.portolan.tenancy.vault.Shredding;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredTenantsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<TenantId> erased = new ArrayList<>();
  private final Store store;
  private final StoredTenants tenants;
  private final TenantDesk desk;
  private final PeopleDesk people;

  StoredTenantsTest(@TempDir Path folder) throws Exception {
    store =
        EmbeddedStore.open(
            folder,
            new Schema(Stream.of(TenantTables.ALL, VaultTables.ALL).flatMap(List::stream).toList()),
            Clock.systemUTC());
    tenants = looking(StoredTenants.Timing.DEFAULT);
    desk = desk(List.of(Shredding::shred, (_, tenant, _) -> erased.add(tenant)));
    people = new PeopleDesk(store, tenants);
  }

  private TenantDesk desk(List<TenantDesk.Eraser> erasers) {
    return new TenantDesk(store, tenants, Clock.systemUTC(), erasers);
  }

  /** Another gateway's view of the same store; looks only when it is told. */
  private StoredTenants looking(StoredTenants.Timing timing) throws Exception {
    var view = new StoredTenants(store, timing);
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

  private void make(TenantId id) throws Exception {
    assertThat(desk.create(id, Profile.named("n"), soon())).isInstanceOf(Made.Created.class);
  }

  private static Caller caller(String credential, String... roles) {
    return new Caller(
        new Principal(ACME, "corp/alice"), credential, null, Set.of(roles), Set.of(), Set.of());
  }

  @Test
  void aNewTenantIsKnownAtOnceHereAndWithTheNextLookElsewhere() throws Exception {
    var elsewhere = looking(StoredTenants.Timing.DEFAULT);
    assertThat(tenants.of(ACME)).isEqualTo(Standing.UNKNOWN);
    var profile = new Profile("Acme", "eu", Set.of("eu", "us"));
    assertThat(desk.create(ACME, profile, soon())).isInstanceOf(Made.Created.class);
    assertThat(tenants.of(ACME)).isEqualTo(Standing.ACTIVE);
    assertThat(tenants.find(ACME)).map(Tenant::profile).contains(profile);
    assertThat(elsewhere.of(ACME)).isEqualTo(Standing.UNKNOWN);
    elsewhere.look();
    assertThat(elsewhere.of(ACME)).isEqualTo(Standing.ACTIVE);
    assertThat(elsewhere.find(ACME)).isEqualTo(tenants.find(ACME));
  }

  @Test
  void anIdIsTakenOnce() throws Exception {
    make(ACME);
    assertThat(desk.create(ACME, Profile.named("n"), soon())).isEqualTo(new Made.Taken());
    assertThat(desk.create(TenantId.SYSTEM, Profile.named("n"), soon()))
        .isEqualTo(new Made.Taken());
  }

  @Test
  void exactlyOneOfManyWhoMakeATenantMakesIt() throws Exception {
    Callable<Made> make = () -> desk.create(ACME, Profile.named("n"), soon());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var made = 0;
      for (var each : threads.invokeAll(Stream.generate(() -> make).limit(8).toList())) {
        made += each.get() instanceof Made.Created ? 1 : 0;
      }
      assertThat(made).isEqualTo(1);
    }
  }

  @Test
  void declaringMakesOnlyThoseThatNeverWere() throws Exception {
    make(ACME);
    make(GLOBEX);
    assertThat(desk.delete(GLOBEX, soon())).isTrue();
    assertThat(desk.declare(List.of(ACME, GLOBEX, TenantId.DEVELOPMENT), soon()))
        .containsExactly(TenantId.DEVELOPMENT);
    assertThat(tenants.of(GLOBEX)).isEqualTo(Standing.DELETED);
  }

  @Test
  void suspendingAndResumingIsSeenEverywhere() throws Exception {
    make(ACME);
    make(GLOBEX);
    var elsewhere = looking(StoredTenants.Timing.DEFAULT);
    assertThat(desk.suspend(ACME, soon())).isPresent();
    assertThat(desk.suspend(ACME, soon())).as("again").isPresent();
    elsewhere.look();
    assertThat(elsewhere.of(ACME)).isEqualTo(Standing.SUSPENDED);
    assertThat(elsewhere.of(GLOBEX)).isEqualTo(Standing.ACTIVE);
    assertThat(desk.resume(ACME, soon())).isPresent();
    elsewhere.look();
    assertThat(elsewhere.of(ACME)).isEqualTo(Standing.ACTIVE);
    assertThat(desk.suspend(new TenantId("none"), soon())).isEmpty();
  }

  @Test
  void changesOfManyAtOnceAreAllMade() throws Exception {
    make(ACME);
    Callable<Boolean> change =
        () ->
            desk.change(
                    ACME,
                    old -> new Profile(old.name() + "x", old.homeRegion(), old.residency()),
                    soon())
                .isPresent();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(Stream.generate(() -> change).limit(6).toList())) {
        assertThat(each.get()).isTrue();
      }
    }
    assertThat(tenants.find(ACME)).map(Tenant::profile).map(Profile::name).contains("nxxxxxx");
  }

  @Test
  void deletingDestroysTheSecretsAndLeavesATombstone() throws Exception {
    make(ACME);
    make(GLOBEX);
    var random = new SecureRandom();
    var wrapping = LocalKey.of(new byte[32], random);
    var vault = new Vault(store, wrapping, random, Clock.systemUTC());
    vault.set(ACME, "token", "s3cret", soon());
    vault.set(GLOBEX, "token", "other", soon());
    people.put(ACME, new Member("corp/alice", Set.of("owner"), Set.of()), soon());
    people.put(ACME, new CustomRole("lead", Set.of("developer")), soon());
    assertThat(desk.delete(ACME, soon())).isTrue();
    assertThat(vault.get(ACME, "token", soon())).isEmpty();
    assertThat(vault.get(GLOBEX, "token", soon())).contains("other");
    assertThat(tenants.of(ACME)).isEqualTo(Standing.DELETED);
    assertThat(tenants.find(ACME)).isEmpty();
    assertThat(tenants.members(ACME, null, 10)).isEmpty();
    assertThat(tenants.roles(ACME)).isEmpty();
    assertThat(tenants.page(null, 10)).extracting(Tenant::id).containsExactly(GLOBEX);
    assertThat(erased).containsExactly(ACME);
    assertThat(desk.create(ACME, Profile.named("n"), soon())).isEqualTo(new Made.Taken());
    assertThat(desk.delete(ACME, soon())).isFalse();
    assertThat(desk.resume(ACME, soon())).isEmpty();
    assertThat(looking(StoredTenants.Timing.DEFAULT).of(ACME)).isEqualTo(Standing.DELETED);
  }

  @Test
  void aDeletionThatWasCutOffIsFinished() throws Exception {
    make(ACME);
    var failing =
        desk(
            List.of(
                (_, _, _) -> {
                  throw new StoreUnavailableException(
                      StoreUnavailableException.Effect.NONE, "killed here");
                }));
    assertThatThrownBy(() -> failing.delete(ACME, soon()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(tenants.of(ACME))
        .as("nobody of it is let in all the same")
        .isEqualTo(Standing.DELETED);
    desk.finishDeletions(soon());
    assertThat(erased).containsExactly(ACME);
    desk.finishDeletions(soon());
    assertThat(erased).as("once").containsExactly(ACME);
  }

  @Test
  void aMemberHasWhatTheirTokenBringsAndWhatTheTenantGives() throws Exception {
    make(ACME);
    people.put(ACME, new Member("corp/alice", Set.of("admin"), Set.of("red")), soon());
    var known = tenants.known(caller("jwt:corp", "caller"));
    assertThat(known.roles()).containsExactlyInAnyOrder("caller", "admin");
    assertThat(known.teams()).containsExactly("red");
    assertThat(known.principal()).isEqualTo(caller("jwt:corp").principal());
    var other =
        new Caller(
            new Principal(GLOBEX, "corp/alice"), "jwt:corp", null, Set.of(), Set.of(), Set.of());
    assertThat(tenants.known(other)).as("the same name in another tenant").isSameAs(other);
    assertThat(people.removeMember(ACME, "corp/alice", soon())).isTrue();
    assertThat(people.removeMember(ACME, "corp/alice", soon())).isFalse();
    assertThat(tenants.known(caller("jwt:corp", "caller")).roles()).containsExactly("caller");
  }

  @Test
  void theQuotasOfATenantAreReplacedAndSeenElsewhere() throws Exception {
    make(ACME);
    make(GLOBEX);
    var elsewhere = looking(StoredTenants.Timing.DEFAULT);
    var quotas = new QuotaDesk(store, tenants);
    var daily = new QuotaRule(Scope.TENANT, "*", Measure.CALLS_PER_DAY, 10);
    var rate = new QuotaRule(Scope.TEAM, "red", Measure.CALLS_PER_SECOND, 5);
    quotas.replace(ACME, List.of(daily, rate), soon());
    assertThat(tenants.quotas(ACME)).containsExactlyInAnyOrder(daily, rate);
    assertThat(elsewhere.quotas(ACME)).isEmpty();
    elsewhere.look();
    assertThat(elsewhere.quotas(ACME)).containsExactlyInAnyOrder(daily, rate);
    var more = new QuotaRule(Scope.TENANT, "*", Measure.CALLS_PER_DAY, 20);
    quotas.replace(ACME, List.of(more), soon());
    elsewhere.look();
    assertThat(elsewhere.quotas(ACME)).containsExactly(more);
    assertThat(elsewhere.quotas(GLOBEX)).isEmpty();
    assertThat(desk.delete(ACME, soon())).isTrue();
    assertThat(tenants.quotas(ACME)).isEmpty();
  }

  @Test
  void aTenantHasAHundredQuotasAtMostAndNoTwoOfTheSame() throws Exception {
    make(ACME);
    var quotas = new QuotaDesk(store, tenants);
    var many = new ArrayList<QuotaRule>();
    for (int i = 0; i < QuotaDesk.QUOTAS_MAX; i++) {
      many.add(new QuotaRule(Scope.TOOL, "t" + i, Measure.CALLS_PER_DAY, 1));
    }
    quotas.replace(ACME, many, soon());
    assertThat(tenants.quotas(ACME)).hasSize(QuotaDesk.QUOTAS_MAX);
    many.add(new QuotaRule(Scope.TOOL, "one more", Measure.CALLS_PER_DAY, 1));
    assertThatThrownBy(() -> quotas.replace(ACME, many, soon()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101 quotas");
    var same = new QuotaRule(Scope.TOOL, "t0", Measure.CALLS_PER_DAY, 2);
    assertThatThrownBy(() -> quotas.replace(ACME, List.of(many.getFirst(), same), soon()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("calls-per-day of the same tool: 't0'");
    assertThat(tenants.quotas(ACME)).hasSize(QuotaDesk.QUOTAS_MAX);
  }

  @Test
  void aKeyBringsJustTheRolesItWasMadeWith() throws Exception {
    make(ACME);
    people.put(ACME, new Member("corp/alice", Set.of("owner"), Set.of("red")), soon());
    assertThat(tenants.known(caller("key:1", "caller")).roles()).containsExactly("caller");
  }

  @Test
  void aRoleOfTheTenantBringsThoseItIncludes() throws Exception {
    make(ACME);
    make(GLOBEX);
    people.put(ACME, new CustomRole("lead", Set.of("developer", "approver")), soon());
    assertThat(tenants.known(caller("key:1", "lead")).roles())
        .containsExactlyInAnyOrder("lead", "developer", "approver");
    assertThat(tenants.roles(GLOBEX)).isEmpty();
    assertThat(people.removeRole(GLOBEX, "lead", soon())).isFalse();
    assertThat(people.removeRole(ACME, "lead", soon())).isTrue();
    assertThat(tenants.known(caller("key:1", "lead")).roles()).containsExactly("lead");
  }

  @Test
  void rolesOfTheTenantGoTo100() throws Exception {
    make(ACME);
    for (int i = 0; i < PeopleDesk.ROLES_MAX; i++) {
      assertThat(people.put(ACME, new CustomRole("r" + i, Set.of()), soon()))
          .isEqualTo(PeopleDesk.Outcome.DONE);
    }
    assertThat(people.put(ACME, new CustomRole("more", Set.of()), soon()))
        .isEqualTo(PeopleDesk.Outcome.FULL);
    assertThat(people.put(ACME, new CustomRole("r0", Set.of("admin")), soon()))
        .as("over one that is there")
        .isEqualTo(PeopleDesk.Outcome.DONE);
  }

  @Test
  void aListIsPaged() throws Exception {
    for (var id : List.of("c", "a", "b")) {
      make(new TenantId(id));
    }
    assertThat(tenants.page(null, 2))
        .extracting(each -> each.id().value())
        .containsExactly("a", "b");
    assertThat(tenants.page("b", 2)).extracting(each -> each.id().value()).containsExactly("c");
  }

  @Test
  void whatCannotBeReadForTooLongLetsNobodyIn() throws Exception {
    make(ACME);
    var stale =
        looking(
            new StoredTenants.Timing(
                Duration.ofDays(1), Duration.ofSeconds(10), Duration.ofNanos(1)));
    assertThat(stale.of(ACME)).isEqualTo(Standing.UNCLEAR);
    assertThat(new StoredTenants(store, StoredTenants.Timing.DEFAULT).of(ACME))
        .as("before the first look")
        .isEqualTo(Standing.UNCLEAR);
  }

  @Test
  void whatIsNoProfileNoMemberAndNoRoleIsRefused() {
    assertThatThrownBy(() -> Profile.named(" ")).hasMessageContaining("name must have");
    assertThatThrownBy(() -> Profile.named("x".repeat(101))).hasMessageContaining("has 101");
    assertThatThrownBy(() -> new Profile("n", "eu", Set.of("us")))
        .hasMessageContaining("expected one of residency");
    assertThatThrownBy(() -> new Profile("n", "e u", Set.of())).hasMessageContaining("a region");
    assertThatThrownBy(() -> new Member("", Set.of(), Set.of())).hasMessageContaining("subject");
    assertThatThrownBy(() -> new Member("a", Set.of("two words"), Set.of()))
        .hasMessageContaining("roles must be");
    assertThatThrownBy(() -> new CustomRole("owner", Set.of()))
        .hasMessageContaining("every tenant has");
    assertThatThrownBy(() -> new CustomRole("Lead", Set.of())).hasMessageContaining("a-z 0-9");
    assertThatThrownBy(() -> new CustomRole("lead", Set.of("other")))
        .hasMessageContaining("includes standard roles");
  }
}
