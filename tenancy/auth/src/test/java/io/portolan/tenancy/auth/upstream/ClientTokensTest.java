package io.portolan.tenancy.auth.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.upstream.Credential.Token;
import io.portolan.tenancy.auth.upstream.Credential.Unavailable;
import io.portolan.tenancy.auth.upstream.TokenServer.Said;
import io.portolan.tenancy.auth.upstream.UpstreamClient.Authentication;
import io.portolan.tenancy.auth.upstream.UpstreamClient.Grant;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class ClientTokensTest {
  private static final URI RESOURCE = URI.create("https://mcp.example.com/mcp");
  private static final Principal ALICE = new Principal(new TenantId("acme"), "alice");
  private static final Principal BOB = new Principal(new TenantId("acme"), "bob");

  private TokenServer server;
  private SafeFetch fetch;
  private Instant now = Instant.parse("2026-11-21T20:00:00Z");
  private final InstantSource clock = () -> now;

  @BeforeEach
  void open() throws Exception {
    server = new TokenServer();
    fetch = new SafeFetch(OutboundGuard.DEFAULT, SafeFetch.Trust.CONFIGURATION);
  }

  @AfterEach
  void close() {
    fetch.close();
    server.close();
  }

  private UpstreamClient client(Grant grant, Authentication how) {
    return new UpstreamClient(
        grant,
        null,
        server.at("/token"),
        "gateway id",
        "s3cr:t",
        how,
        List.of("a", "b"),
        RESOURCE,
        grant == Grant.TOKEN_EXCHANGE ? "mcp-example" : null);
  }

  private UpstreamTokens itself() {
    return ClientTokens.ofItself(
        client(Grant.CLIENT_CREDENTIALS, Authentication.CLIENT_SECRET_BASIC), fetch, clock);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }

  @Test
  void clientCredentialsNameScopesAndResource() throws Exception {
    assertThat(itself().of(Principal.GATEWAY, soon())).isEqualTo(new Token("token-1"));
    var asked = server.asked().getFirst();
    assertThat(asked.form())
        .containsEntry("grant_type", "client_credentials")
        .containsEntry("scope", "a b")
        .containsEntry("resource", RESOURCE.toString())
        .doesNotContainKey("client_secret");
    assertThat(asked.authorization())
        .as("both parts are form-encoded first: RFC 6749, section 2.3.1")
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("gateway+id:s3cr%3At".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aSecretMayBeInTheForm() throws Exception {
    var client = client(Grant.CLIENT_CREDENTIALS, Authentication.CLIENT_SECRET_POST);
    var _ = ClientTokens.ofItself(client, fetch, clock).of(Principal.GATEWAY, soon());
    assertThat(server.asked().getFirst().form())
        .containsEntry("client_id", "gateway id")
        .containsEntry("client_secret", "s3cr:t");
    assertThat(server.asked().getFirst().authorization()).isEqualTo("null");
  }

  @Test
  void aTokenIsFetchedOnceForManyCallsAndAgainShortlyBeforeItsEnd() throws Exception {
    var number = new AtomicInteger();
    server.answers(
        _ -> new Said(200, TokenServer.tokens("t" + number.incrementAndGet(), 100, null)));
    var tokens = itself();
    for (int i = 0; i < 5; i++) {
      assertThat(tokens.of(Principal.GATEWAY, soon())).isEqualTo(new Token("t1"));
    }
    now = now.plusSeconds(89);
    assertThat(tokens.of(Principal.GATEWAY, soon())).isEqualTo(new Token("t1"));
    now = now.plusSeconds(1);
    assertThat(tokens.of(Principal.GATEWAY, soon())).isEqualTo(new Token("t2"));
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void manyCallsAtOnceAreOneFlight() throws Exception {
    var held = new CountDownLatch(1);
    server.answers(
        _ -> {
          try {
            held.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return new Said(200, TokenServer.tokens("one", 3600, null));
        });
    var tokens = itself();
    var began = new CountDownLatch(50);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = new ArrayList<Future<Credential>>();
      Callable<Credential> call =
          () -> {
            began.countDown();
            return tokens.of(Principal.GATEWAY, soon());
          };
      for (int i = 0; i < 50; i++) {
        waiting.add(threads.submit(call));
      }
      began.await();
      held.countDown();
      for (var each : waiting) {
        assertThat(each.get()).isEqualTo(new Token("one"));
      }
    }
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void manyRefusedCallsAreOneRenewal() throws Exception {
    var number = new AtomicInteger();
    server.answers(
        _ -> new Said(200, TokenServer.tokens("t" + number.incrementAndGet(), 3600, null)));
    var tokens = itself();
    var refused = (Token) tokens.of(Principal.GATEWAY, soon());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Credential>>();
      for (int i = 0; i < 20; i++) {
        calls.add(() -> tokens.renewed(Principal.GATEWAY, refused, soon()));
      }
      for (var each : threads.invokeAll(calls)) {
        assertThat(each.get()).isEqualTo(new Token("t2"));
      }
    }
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aRefusalIsToldWithoutTheSecretAndNotRepeatedAtOnce() throws Exception {
    server.answers(_ -> new Said(401, "{\"error\":\"invalid_client\"}"));
    var tokens = itself();
    for (int i = 0; i < 3; i++) {
      assertThat(tokens.of(Principal.GATEWAY, soon()))
          .isInstanceOfSatisfying(
              Unavailable.class,
              why -> assertThat(why.why()).contains("invalid_client").doesNotContain("s3cr"));
    }
    assertThat(server.asked()).hasSize(1);
    server.answers(_ -> new Said(200, TokenServer.tokens("better", 3600, null)));
    now = now.plusSeconds(6);
    assertThat(tokens.of(Principal.GATEWAY, soon())).isEqualTo(new Token("better"));
  }

  @Test
  void theCallersTokenIsExchangedForOneToTheServer() throws Exception {
    var number = new AtomicInteger();
    server.answers(
        _ -> new Said(200, TokenServer.tokens("t" + number.incrementAndGet(), 3600, null)));
    var subjects = new SubjectTokens();
    subjects.want();
    subjects.came(ALICE, "token-of-alice");
    subjects.came(BOB, "token-of-bob");
    var tokens =
        ClientTokens.exchanged(
            client(Grant.TOKEN_EXCHANGE, Authentication.CLIENT_SECRET_BASIC),
            subjects,
            fetch,
            clock);
    assertThat(tokens.of(ALICE, soon())).isEqualTo(new Token("t1"));
    assertThat(tokens.of(BOB, soon())).isEqualTo(new Token("t2"));
    assertThat(tokens.of(ALICE, soon())).isEqualTo(new Token("t1"));
    assertThat(server.asked()).hasSize(2);
    assertThat(server.asked().getFirst().form())
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .containsEntry("subject_token", "token-of-alice")
        .containsEntry("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
        .containsEntry("audience", "mcp-example")
        .containsEntry("resource", RESOURCE.toString());
    assertThat(tokens.of(new Principal(new TenantId("other"), "alice"), soon()))
        .as("came without a token")
        .isInstanceOf(Unavailable.class);
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void endpointsComeFromTheIssuersMetadata() throws Exception {
    server.documents(
        Map.of("/.well-known/oauth-authorization-server", metadata(server.at(""), "/token")));
    assertThat(ClientTokens.ofItself(ofIssuer(), fetch, clock).of(Principal.GATEWAY, soon()))
        .isEqualTo(new Token("token-1"));
  }

  @Test
  void metadataOfAnotherIssuerIsRefused() throws Exception {
    server.documents(
        Map.of(
            "/.well-known/oauth-authorization-server",
            metadata(URI.create("https://other.example.com"), "/token")));
    assertThat(ClientTokens.ofItself(ofIssuer(), fetch, clock).of(Principal.GATEWAY, soon()))
        .isInstanceOf(Unavailable.class);
    assertThat(server.asked()).isEmpty();
  }

  private UpstreamClient ofIssuer() {
    return new UpstreamClient(
        Grant.CLIENT_CREDENTIALS,
        server.at(""),
        null,
        "gateway",
        "secret",
        Authentication.CLIENT_SECRET_BASIC,
        List.of(),
        RESOURCE,
        null);
  }

  private String metadata(URI issuer, String token) {
    return "{\"issuer\":\""
        + issuer
        + "\",\"token_endpoint\":\""
        + server.at(token)
        + "\",\"authorization_endpoint\":\""
        + server.at("/authorize")
        + "\",\"response_types_supported\":[\"code\"]}";
  }

  @Test
  void onlySoManyPrincipalsAreKept() throws Exception {
    var subjects = new SubjectTokens();
    subjects.came(ALICE, "before-anybody-wants-it");
    assertThat(subjects.size()).isZero();
    subjects.want();
    for (int i = 0; i <= SubjectTokens.PRINCIPALS_MAX; i++) {
      subjects.came(new Principal(new TenantId("acme"), "user-" + i), "t");
    }
    assertThat(subjects.size()).isEqualTo(SubjectTokens.PRINCIPALS_MAX);
    var tokens =
        new UpstreamTokens(
            (_, _) -> new UpstreamTokens.Fetched.Fresh("t", now.plusSeconds(60)), clock);
    for (int i = 0; i <= UpstreamTokens.PRINCIPALS_MAX; i++) {
      var _ = tokens.of(new Principal(new TenantId("acme"), "user-" + i), soon());
    }
    assertThat(tokens.size()).isEqualTo(UpstreamTokens.PRINCIPALS_MAX);
  }
}
