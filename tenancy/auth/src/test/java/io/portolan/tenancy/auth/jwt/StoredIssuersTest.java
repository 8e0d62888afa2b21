package io.portolan.tenancy.auth.jwt;

import static io.portolan.tenancy.auth.jwt.FakeIssuer.HERE;
import static io.portolan.tenancy.auth.jwt.FakeIssuer.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authentication.Authenticated;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Unavailable;
import io.portolan.tenancy.auth.jwt.StoredIssuers.Replaced;
import io.portolan.tenancy.auth.key.Revocations;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.outbound.Resolver;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredIssuersTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  private final Store store;
  private final FakeIssuer as = new FakeIssuer();

  StoredIssuersTest(@TempDir Path folder) throws Exception {
    store = EmbeddedStore.open(folder, new Schema(IssuerTables.ALL), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    as.close();
    store.close();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private StoredIssuers issuers(Consumer<List<Issuer>> listener) throws Exception {
    var issuers = new StoredIssuers(store, listener);
    issuers.look();
    return issuers;
  }

  /**
   * @param origins that the operator allows
   */
  private AccessTokens accepting(List<URI> origins, Issuer... configured) {
    var rules =
        new OutboundRules(
            OutboundRules.DEFAULT.ports(),
            origins.stream().map(URI::toString).collect(Collectors.toSet()),
            List.of());
    var guard = new OutboundGuard(rules, Resolver.SYSTEM);
    return new AccessTokens(
        List.of(configured),
        Revocations.NONE,
        () -> NOW,
        AccessTokens.Settings.DEFAULT,
        uri -> {
          try (var safe = new SafeFetch(guard, SafeFetch.Trust.NOBODY)) {
            return safe.text(uri);
          }
        });
  }

  private static Issuer issuer(String name, String uri, TenantId tenant) {
    return new Issuer(
        name,
        URI.create(uri),
        null,
        Set.of("ES256"),
        new Issuer.TenantRule.Fixed(tenant),
        Set.of("api://one", "api://two"),
        new ClaimNames("roles", null, "azp", "scp", ClaimNames.ScopesRequired.NO));
  }

  @Test
  void aTenantsIssuersAreReplacedAndSeenElsewhere() throws Exception {
    var here = issuers(_ -> {});
    var heard = new ArrayList<List<Issuer>>();
    var elsewhere = issuers(heard::add);
    var one = issuer("one", "https://one.example.com", ACME);
    var two = issuer("two", "https://two.example.com", ACME);
    assertThat(here.replace(ACME, List.of(one, two), soon())).isEqualTo(new Replaced.Done());
    assertThat(here.of(ACME)).containsExactlyInAnyOrder(one, two);
    elsewhere.look();
    assertThat(elsewhere.of(ACME)).containsExactlyInAnyOrder(one, two);
    assertThat(here.replace(ACME, List.of(two), soon())).isEqualTo(new Replaced.Done());
    elsewhere.look();
    assertThat(elsewhere.of(ACME)).containsExactly(two);
    assertThat(elsewhere.of(GLOBEX)).isEmpty();
    assertThat(heard).hasSize(2);
  }

  @Test
  void anIssuerBelongsToOneTenant() throws Exception {
    var issuers = issuers(_ -> {});
    var uri = "https://one.example.com";
    assertThat(issuers.replace(ACME, List.of(issuer("one", uri, ACME)), soon()))
        .isEqualTo(new Replaced.Done());
    var more = issuer("more", "https://more.example.com", GLOBEX);
    assertThat(issuers.replace(GLOBEX, List.of(more, issuer("one", uri, GLOBEX)), soon()))
        .isEqualTo(new Replaced.Taken(URI.create(uri)));
    assertThat(issuers.of(GLOBEX)).as("all or nothing").isEmpty();
    assertThat(issuers.replace(ACME, List.of(), soon())).isEqualTo(new Replaced.Done());
    assertThat(issuers.replace(GLOBEX, List.of(issuer("one", uri, GLOBEX)), soon()))
        .isEqualTo(new Replaced.Done());
  }

  @Test
  void ofManyTenantsThatWantOneIssuerOneHasIt() throws Exception {
    var issuers = issuers(_ -> {});
    var work = new ArrayList<Callable<Replaced>>();
    for (int i = 0; i < 8; i++) {
      var tenant = new TenantId("t" + i);
      work.add(
          () ->
              issuers.replace(
                  tenant, List.of(issuer("one", "https://one.example.com", tenant)), soon()));
    }
    var done = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(work)) {
        done += each.get() instanceof Replaced.Done ? 1 : 0;
      }
    }
    assertThat(done).isEqualTo(1);
  }

  @Test
  void aTenantHasTenIssuersAndNoMore() throws Exception {
    var issuers = issuers(_ -> {});
    var many = new ArrayList<Issuer>();
    for (int i = 0; i < StoredIssuers.ISSUERS_MAX; i++) {
      many.add(issuer("i" + i, "https://i" + i + ".example.com", ACME));
    }
    assertThat(issuers.replace(ACME, many, soon())).isEqualTo(new Replaced.Done());
    many.add(issuer("more", "https://more.example.com", ACME));
    assertThatThrownBy(() -> issuers.replace(ACME, many, soon()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 issuers");
    assertThatThrownBy(
            () ->
                issuers.replace(
                    ACME,
                    List.of(
                        issuer("a", "https://a.example.com", ACME),
                        issuer("a", "https://b.example.com", ACME)),
                    soon()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two issuers");
  }

  @Test
  void aTokenIsGoodWhileItsIssuerIsTheTenants() throws Exception {
    try (var tokens = accepting(List.of(as.uri()))) {
      assertThat(tokens.acceptsAny()).isFalse();
      var issuers = issuers(tokens::follow);
      issuers.replace(ACME, List.of(as.issuer()), soon());
      assertThat(tokens.acceptsAny()).isTrue();
      var token = as.token(as.claims().build());
      assertThat(tokens.authenticate(token, HERE))
          .isInstanceOfSatisfying(
              Authenticated.class, found -> assertThat(found.caller().tenant()).isEqualTo(ACME));
      var fetches = as.fetches.get();
      issuers.replace(
          ACME, List.of(as.issuer(), issuer("x", "https://x.example.com", ACME)), soon());
      assertThat(tokens.authenticate(token, HERE)).isInstanceOf(Authenticated.class);
      assertThat(as.fetches).as("its keys are known").hasValue(fetches);
      issuers.replace(ACME, List.of(), soon());
      assertThat(tokens.authenticate(token, HERE)).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void anIssuerThatChangedJudgesItsTokensAnew() throws Exception {
    try (var tokens = accepting(List.of(as.uri()))) {
      var token = as.token(as.claims().build());
      tokens.follow(List.of(as.issuer(new Issuer.TenantRule.Fixed(ACME), Set.of())));
      assertThat(tenant(tokens.authenticate(token, HERE))).isEqualTo(ACME);
      tokens.follow(List.of(as.issuer(new Issuer.TenantRule.Fixed(GLOBEX), Set.of())));
      assertThat(tenant(tokens.authenticate(token, HERE))).isEqualTo(GLOBEX);
    }
  }

  private static TenantId tenant(Authentication outcome) {
    return ((Authenticated) outcome).caller().tenant();
  }

  /** It could speak for the configured one's people. */
  @Test
  void anIssuerWithTheNameOfAConfiguredOneIsLeftOut() throws Exception {
    try (var other = new FakeIssuer();
        var tokens = accepting(List.of(as.uri(), other.uri()), as.issuer())) {
      tokens.follow(List.of(other.issuer()));
      assertThat(tokens.authenticate(as.token(as.claims().build()), HERE))
          .isInstanceOf(Authenticated.class);
      assertThat(tokens.authenticate(other.token(other.claims().build()), HERE))
          .isInstanceOf(Invalid.class);
    }
  }

  /** {@code ssrf}: what a tenant names is on the public internet, or is not asked. */
  @Test
  void ssrfTheKeysOfATenantsIssuerAreNotFetchedFromThisNetwork() throws Exception {
    try (var tokens = accepting(List.of())) {
      tokens.follow(List.of(as.issuer()));
      assertThat(tokens.authenticate(as.token(as.claims().build()), HERE))
          .isInstanceOf(Unavailable.class);
      assertThat(as.fetches).hasValue(0);
    }
  }
}
