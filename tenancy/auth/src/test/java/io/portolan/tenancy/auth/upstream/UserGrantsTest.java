package io.portolan.tenancy.auth.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.upstream.Credential.Token;
import io.portolan.tenancy.auth.upstream.Credential.Ungranted;
import io.portolan.tenancy.auth.upstream.TokenServer.Said;
import io.portolan.tenancy.auth.upstream.UpstreamClient.Authentication;
import io.portolan.tenancy.auth.upstream.UpstreamClient.Grant;
import io.portolan.tenancy.auth.upstream.UserGrants.Ended;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class UserGrantsTest {
  private static final URI REDIRECT = URI.create("https://gateway.example.com/authorize/callback");
  private static final Principal ALICE = new Principal(new TenantId("acme"), "alice");
  private static final Principal BOB = new Principal(new TenantId("acme"), "bob");

  /** Grants in memory; what seals them is the vault's affair. */
  private static final class Kept implements GrantStore {
    private final Map<Principal, String> grants = new ConcurrentHashMap<>();

    @Override
    public Optional<String> load(Principal principal) {
      return Optional.ofNullable(grants.get(principal));
    }

    @Override
    public void save(Principal principal, String grant) {
      grants.put(principal, grant);
    }

    @Override
    public void delete(Principal principal) {
      grants.remove(principal);
    }
  }

  private final Kept kept = new Kept();
  private final AtomicInteger issued = new AtomicInteger();
  private TokenServer server;
  private SafeFetch fetch;
  private Instant now = Instant.parse("2026-11-21T20:00:00Z");
  private final InstantSource clock = () -> now;

  @BeforeEach
  void open() throws Exception {
    server = new TokenServer();
    fetch = new SafeFetch(OutboundGuard.DEFAULT, SafeFetch.Trust.CONFIGURATION);
    server.answers(_ -> tokens());
    server.documents(
        Map.of(
            "/.well-known/oauth-protected-resource/mcp",
            "{\"resource\":\""
                + server.at("/mcp")
                + "\",\"authorization_servers\":[\""
                + server.at("")
                + "\"]}",
            "/.well-known/oauth-authorization-server",
            metadata(server.at("/authorize").toString())));
  }

  private Said tokens() {
    var number = issued.incrementAndGet();
    return new Said(200, TokenServer.tokens("access-" + number, 600, "refresh-" + number));
  }

  private String metadata(String authorization) {
    return "{\"issuer\":\""
        + server.at("")
        + "\",\"token_endpoint\":\""
        + server.at("/token")
        + "\",\"authorization_endpoint\":\""
        + authorization
        + "\",\"authorization_response_iss_parameter_supported\":true"
        + ",\"response_types_supported\":[\"code\"]}";
  }

  @AfterEach
  void close() {
    fetch.close();
    server.close();
  }

  private UserGrants grants() {
    var client =
        new UpstreamClient(
            Grant.AUTHORIZATION_CODE,
            null,
            null,
            "gateway",
            null,
            Authentication.NONE,
            List.of("read", "write"),
            server.at("/mcp"),
            null);
    return new UserGrants(client, server.at("/mcp"), kept, fetch, clock);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }

  private Map<String, String> answer(UserGrants.Attempt attempt) {
    return Map.of("code", "code-1", "state", attempt.state(), "iss", server.at("").toString());
  }

  private static Map<String, String> query(URI url) {
    var found = new HashMap<String, String>();
    for (var pair : url.getQuery().split("&", -1)) {
      var parts = pair.split("=", 2);
      found.put(parts[0], parts[1]);
    }
    return found;
  }

  @Test
  void theServersMetadataLeadsToItsAuthorizationServerWithPkce() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    var asked = query(attempt.url());
    assertThat(asked)
        .containsEntry("response_type", "code")
        .containsEntry("client_id", "gateway")
        .containsEntry("redirect_uri", REDIRECT.toString())
        .containsEntry("state", attempt.state())
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("resource", server.at("/mcp").toString());
    assertThat(grants.tokens().of(ALICE, soon())).isEqualTo(new Ungranted());
    assertThat(grants.finish(attempt, ALICE, answer(attempt))).isEqualTo(new Ended.Granted());
    var redeemed = server.asked().getFirst().form();
    assertThat(redeemed)
        .containsEntry("grant_type", "authorization_code")
        .containsEntry("code", "code-1")
        .containsEntry("redirect_uri", REDIRECT.toString());
    var hash =
        MessageDigest.getInstance("SHA-256")
            .digest(redeemed.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII));
    assertThat(asked)
        .containsEntry(
            "code_challenge", Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    assertThat(grants.tokens().of(ALICE, soon())).isEqualTo(new Token("access-1"));
    assertThat(grants.tokens().of(BOB, soon())).isEqualTo(new Ungranted());
  }

  @Test
  void mixUpAnAnswerOfAnotherIssuerIsRefused() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    var wrong = Map.of("code", "c", "state", attempt.state(), "iss", "https://evil.example.com");
    assertThat(grants.finish(attempt, ALICE, wrong)).isInstanceOf(Ended.Failed.class);
    var without = Map.of("code", "c", "state", attempt.state());
    assertThat(grants.finish(attempt, ALICE, without)).isInstanceOf(Ended.Failed.class);
    assertThat(server.asked()).as("no code was shown to anybody").isEmpty();
    assertThat(kept.grants).isEmpty();
  }

  /** mcp-remote CVE-2025-6514: what a server's metadata names was opened by a shell. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:$(calc.exe)?response_type=code",
        "file:///c:/windows/system32/calc.exe",
        "javascript:alert(1)",
        "http://evil.example.com/authorize",
        "https://user:pass@evil.example.com/authorize"
      })
  void anAuthorizationEndpointThatIsNoHttpsPageIsRefused(String endpoint) {
    server.documents(
        Map.of(
            "/.well-known/oauth-protected-resource",
            "{\"resource\":\""
                + server.at("")
                + "\",\"authorization_servers\":[\""
                + server.at("")
                + "\"]}",
            "/.well-known/oauth-authorization-server",
            metadata(endpoint)));
    assertThatThrownBy(() -> grants().begin(REDIRECT)).isInstanceOf(IOException.class);
  }

  @Test
  void metadataOfAnotherServerIsRefused() {
    server.documents(
        Map.of(
            "/.well-known/oauth-protected-resource",
            "{\"resource\":\"https://other.example.com/mcp\",\"authorization_servers\":[\""
                + server.at("")
                + "\"]}"));
    assertThatThrownBy(() -> grants().begin(REDIRECT)).isInstanceOf(IOException.class);
  }

  @Test
  void manyCallsWithAnOldTokenAreOneRefresh() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    var _ = grants.finish(attempt, ALICE, answer(attempt));
    assertThat(grants.tokens().of(ALICE, soon())).isEqualTo(new Token("access-1"));
    now = now.plusSeconds(601);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Credential>>();
      for (int i = 0; i < 50; i++) {
        calls.add(() -> grants.tokens().of(ALICE, soon()));
      }
      for (var each : threads.invokeAll(calls)) {
        assertThat(each.get()).isEqualTo(new Token("access-2"));
      }
    }
    assertThat(server.asked()).hasSize(2);
    assertThat(server.asked().getLast().form())
        .containsEntry("grant_type", "refresh_token")
        .containsEntry("refresh_token", "refresh-1");
    now = now.plusSeconds(601);
    assertThat(grants.tokens().of(ALICE, soon())).isEqualTo(new Token("access-3"));
    assertThat(server.asked().getLast().form()).containsEntry("refresh_token", "refresh-2");
  }

  @Test
  void aGrantThatWasRevokedIsAskedForAgain() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    var _ = grants.finish(attempt, ALICE, answer(attempt));
    var held = (Token) grants.tokens().of(ALICE, soon());
    server.answers(_ -> new Said(400, "{\"error\":\"invalid_grant\"}"));
    assertThat(grants.tokens().renewed(ALICE, held, soon())).isEqualTo(new Ungranted());
    assertThat(kept.grants).isEmpty();
    server.answers(_ -> tokens());
    var another = grants.begin(REDIRECT);
    var _ = grants.finish(another, ALICE, answer(another));
    assertThat(grants.tokens().of(ALICE, soon()))
        .as("at once, not when a pause is over")
        .isEqualTo(new Token("access-2"));
  }

  @Test
  void aServerThatIsAwayCostsNobodyTheGrant() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    var _ = grants.finish(attempt, ALICE, answer(attempt));
    now = now.plusSeconds(601);
    server.answers(_ -> new Said(503, "{}"));
    assertThat(grants.tokens().of(ALICE, soon())).isInstanceOf(Credential.Unavailable.class);
    assertThat(kept.grants).hasSize(1);
    server.answers(_ -> tokens());
    now = now.plusSeconds(10);
    assertThat(grants.tokens().of(ALICE, soon())).isEqualTo(new Token("access-2"));
  }

  @Test
  void nothingShowsAToken() throws Exception {
    var grants = grants();
    var attempt = grants.begin(REDIRECT);
    assertThat(attempt.toString())
        .doesNotContain(attempt.state())
        .doesNotContain(attempt.verifier());
    assertThat(new Token("access-1").toString()).doesNotContain("access");
    assertThat(new Issued.Tokens("access-1", now, "refresh-1").toString())
        .doesNotContain("access-1", "refresh-1");
  }
}
