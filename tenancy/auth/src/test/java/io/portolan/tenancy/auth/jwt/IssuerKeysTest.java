package io.portolan.tenancy.auth.jwt;

import static io.portolan.tenancy.auth.jwt.FakeIssuer.HERE;
import static io.portolan.tenancy.auth.jwt.FakeIssuer.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authentication.Authenticated;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Unavailable;
import io.portolan.tenancy.auth.key.Revocations;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerKeysTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ZERO;

  private final List<AccessTokens> open = new ArrayList<>();
  private final FakeIssuer as;

  IssuerKeysTest() throws Exception {
    as = new FakeIssuer();
  }

  @AfterEach
  void close() {
    open.forEach(AccessTokens::close);
    as.close();
  }

  private AccessTokens with(Issuer issuer, Duration refresh, Duration stale, Duration pause) {
    var settings =
        new AccessTokens.Settings(Duration.ofSeconds(60), AT_ONCE, 100, refresh, stale, pause);
    var tokens = new AccessTokens(List.of(issuer), Revocations.NONE, () -> NOW, settings);
    open.add(tokens);
    return tokens;
  }

  private Authentication ask(AccessTokens tokens) throws Exception {
    return tokens.authenticate(as.token(as.claims().build()), HERE);
  }

  @Test
  void aNewKeyIsFetchedWhenItFirstSigns() throws Exception {
    var tokens = with(as.issuer(), LONG, LONG, AT_ONCE);
    assertThat(ask(tokens)).isInstanceOf(Authenticated.class);
    as.newKey("second");
    assertThat(ask(tokens)).isInstanceOf(Authenticated.class);
    assertThat(as.fetches).hasValue(2);
  }

  @Test
  void inventedKidsDoNotMakeMoreFetchesThanThePauseAllows() throws Exception {
    var tokens = with(as.issuer(), LONG, LONG, LONG);
    assertThat(ask(tokens)).isInstanceOf(Authenticated.class);
    for (int i = 0; i < 50; i++) {
      var token = as.token(as.header().keyID("invented-" + i).build(), as.claims().build());
      assertThat(tokens.authenticate(token, HERE)).isInstanceOf(Invalid.class);
    }
    assertThat(as.fetches).hasValue(1);
    assertThat(ask(tokens)).isInstanceOf(Authenticated.class);
  }

  @Test
  void manyCallersAtOnceMakeOneFetch() throws Exception {
    var asked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var published = Objects.requireNonNull(as.answers.get("/jwks"));
    as.answers.put(
        "/jwks",
        exchange -> {
          asked.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          published.to(exchange);
        });
    var tokens = with(as.issuer(), LONG, LONG, LONG);
    var token = as.token(as.claims().build());
    Callable<Authentication> call = () -> tokens.authenticate(token, HERE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(call);
      asked.await();
      var others = new ArrayList<Future<Authentication>>();
      for (int i = 0; i < 20; i++) {
        others.add(threads.submit(call));
      }
      go.countDown();
      assertThat(first.get()).isInstanceOf(Authenticated.class);
      for (var other : others) {
        assertThat(other.get()).isInstanceOf(Authenticated.class);
      }
    }
    assertThat(as.fetches).hasValue(1);
  }

  @Test
  void keysThatCannotBeFetchedAgainAreGoodUntilTheyAreStale() throws Exception {
    var patient = with(as.issuer(), AT_ONCE, LONG, AT_ONCE);
    var strict = with(as.issuer(), AT_ONCE, AT_ONCE, AT_ONCE);
    assertThat(ask(patient)).isInstanceOf(Authenticated.class);
    as.answers.put("/jwks", exchange -> FakeIssuer.send(exchange, 500, "{}"));
    assertThat(ask(patient)).isInstanceOf(Authenticated.class);
    assertThat(ask(strict)).isInstanceOf(Unavailable.class);
  }

  @Test
  void keysAreFoundThroughTheIssuersMetadata() throws Exception {
    var metadata = "{\"issuer\":\"" + as.uri() + "\",\"jwks_uri\":\"" + as.uri() + "/jwks\"}";
    for (var path :
        List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
      as.answers.keySet().removeIf(known -> known.startsWith("/.well-known"));
      as.answers.put(path, exchange -> FakeIssuer.send(exchange, 200, metadata));
      assertThat(ask(with(discovered(), LONG, LONG, LONG))).isInstanceOf(Authenticated.class);
    }
  }

  @Test
  void metadataOfAnotherIssuerIsNotBelieved() throws Exception {
    var metadata = "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" + as.uri() + "/jwks\"}";
    as.answers.put(
        "/.well-known/openid-configuration", exchange -> FakeIssuer.send(exchange, 200, metadata));
    assertThat(ask(with(discovered(), LONG, LONG, LONG))).isInstanceOf(Unavailable.class);
  }

  @Test
  void metadataCannotSendUsToPlainHttpElsewhere() throws Exception {
    var metadata =
        "{\"issuer\":\"" + as.uri() + "\",\"jwks_uri\":\"http://169.254.169.254/latest\"}";
    as.answers.put(
        "/.well-known/openid-configuration", exchange -> FakeIssuer.send(exchange, 200, metadata));
    assertThat(ask(with(discovered(), LONG, LONG, LONG))).isInstanceOf(Unavailable.class);
  }

  private Issuer discovered() {
    return new Issuer(
        "corp",
        as.uri(),
        null,
        Set.of("ES256"),
        new Issuer.TenantRule.Fixed(new TenantId("acme")),
        Set.of(),
        ClaimNames.STANDARD);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    as.answers.put("/real", Objects.requireNonNull(as.answers.get("/jwks")));
    as.answers.put(
        "/jwks",
        exchange -> {
          exchange.getResponseHeaders().add("Location", as.uri() + "/real");
          FakeIssuer.send(exchange, 302, "");
        });
    assertThat(ask(with(as.issuer(), LONG, LONG, LONG))).isInstanceOf(Unavailable.class);
    assertThat(as.fetches).hasValue(1);
  }

  @Test
  void aDocumentIsReadUpToItsBoundAndNotOneByteMore() throws Exception {
    try (var fetch = new JsonFetch(Duration.ofSeconds(30))) {
      var fits = " ".repeat(JsonFetch.BYTES_MAX);
      as.answers.put("/jwks", exchange -> FakeIssuer.send(exchange, 200, fits));
      assertThat(fetch.get(as.uri().resolve("/jwks"))).hasSize(JsonFetch.BYTES_MAX);
      as.answers.put("/jwks", exchange -> FakeIssuer.send(exchange, 200, fits + " "));
      assertThatThrownBy(() -> fetch.get(as.uri().resolve("/jwks")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anIssuerThatNeverAnswersIsGivenUp() throws Exception {
    var end = new CountDownLatch(1);
    as.answers.put(
        "/jwks",
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    try (var fetch = new JsonFetch(Duration.ofMillis(200))) {
      assertThatThrownBy(() -> fetch.get(as.uri().resolve("/jwks")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer within");
    } finally {
      end.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "http://127.0.0.1.nip.io/",
        "http://2130706433/",
        "https://user@example.com/",
        "file:///etc/passwd",
        "ftp://localhost/",
        "/jwks"
      })
  void keysComeFromHttpsOrThisMachine(String uri) {
    assertThat(SafeUri.is(URI.create(uri))).isFalse();
  }
}
