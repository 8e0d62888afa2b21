package io.portolan.tenancy.auth.jwt;

import static io.portolan.tenancy.auth.jwt.FakeIssuer.HERE;
import static io.portolan.tenancy.auth.jwt.FakeIssuer.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authentication.Authenticated;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Malformed;
import io.portolan.tenancy.auth.Authentication.Unscoped;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.Presented;
import io.portolan.tenancy.auth.key.ApiKeys;
import io.portolan.tenancy.auth.key.Revocations;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule about tokens, and each known way around one. */
class AccessTokensTest {
  private final FakeIssuer as;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final AccessTokens tokens;

  AccessTokensTest() throws Exception {
    as = new FakeIssuer();
    tokens = accepting(as.issuer());
  }

  private AccessTokens accepting(Issuer... issuers) {
    return new AccessTokens(
        List.of(issuers), Revocations.NONE, now::get, AccessTokens.Settings.DEFAULT);
  }

  @AfterEach
  void close() {
    tokens.close();
    as.close();
  }

  private Authentication authenticate(String token) {
    return tokens.authenticate(token, HERE);
  }

  private Authentication changed(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
    return authenticate(as.token(change.apply(as.claims()).build()));
  }

  private static void assertInvalid(Authentication outcome, String because) {
    assertThat(outcome).isInstanceOf(Invalid.class);
    assertThat(((Invalid) outcome).why()).contains(because);
  }

  @Test
  void aTokenOfTheIssuerNamesItsCaller() throws Exception {
    assertThat(changed(claims -> claims))
        .isEqualTo(
            new Authenticated(
                new Caller(
                    new Principal(new TenantId("acme"), "corp/alice"),
                    "jwt:corp",
                    "ide",
                    Set.of("caller"),
                    Set.of(),
                    Set.of("mcp:read", "mcp:tools:call"))));
  }

  @Test
  void aKnownTokenIsCheckedWithoutAskingForKeysAgain() throws Exception {
    var token = as.token(as.claims().build());
    var first = authenticate(token);
    assertThat(authenticate(token)).isEqualTo(first);
    assertThat(as.fetches).hasValue(1);
    assertThat(tokens.remembered()).isEqualTo(1);
  }

  /** {@code faults.md} 7. */
  @Test
  void whatIsKnownOfATokenLastsItsTimeWhateverTheWallClockIsSetTo() throws Exception {
    var isRevoked = new AtomicBoolean();
    var revocations =
        new Revocations() {
          @Override
          public boolean known() {
            return true;
          }

          @Override
          public boolean revoked(Issued token) {
            return isRevoked.get();
          }
        };
    var nanos = new AtomicLong();
    try (var steady =
        new AccessTokens(
            List.of(as.issuer()),
            revocations,
            now::get,
            AccessTokens.Settings.DEFAULT,
            uri -> {
              throw new IOException("not asked: " + uri);
            },
            nanos::get)) {
      var token = as.token(as.claims().build());
      assertThat(steady.authenticate(token, HERE)).isInstanceOf(Authenticated.class);
      isRevoked.set(true);
      for (var jump : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
        now.set(NOW.plus(jump));
        assertThat(steady.withdrawal(token).getAsBoolean()).as("it is remembered").isTrue();
      }
      nanos.set(AccessTokens.Settings.DEFAULT.trustMax().toNanos());
      assertThat(steady.withdrawal(token).getAsBoolean()).as("it is remembered").isFalse();
    }
  }

  @Test
  void algNone() {
    assertInvalid(authenticate(new PlainJWT(as.claims().build()).serialize()), "no signed JWT");
  }

  @Test
  void hsWithThePublicKey() throws Exception {
    var publicKey = as.key().toECPublicKey().getEncoded();
    var object =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(as.key().getKeyID()).build(),
            as.claims().build().toPayload());
    object.sign(new MACSigner(publicKey));
    assertInvalid(authenticate(object.serialize()), "alg is HS256");
  }

  @Test
  void anAlgorithmThatTheIssuerMayNotUse() throws Exception {
    var header = new JWSHeader.Builder(JWSAlgorithm.RS512).keyID(as.key().getKeyID()).build();
    var claims = as.claims().build().toPayload().toBase64URL();
    var token = header.toBase64URL() + "." + claims + "." + Base64URL.encode("signature");
    assertInvalid(authenticate(token), "alg is RS512");
  }

  @Test
  void rsaSignaturesAreAsGoodAsEllipticOnes() throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("rsa").generate();
    as.others.add(key);
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(), as.claims().build());
    jwt.sign(new RSASSASigner(key));
    assertThat(authenticate(jwt.serialize())).isInstanceOf(Authenticated.class);
  }

  @Test
  void signedByAnotherKeyWithTheSameKid() throws Exception {
    var other = new ECKeyGenerator(Curve.P_256).keyID(as.key().getKeyID()).generate();
    var forged = FakeIssuer.signed(as.header().build(), as.claims().build(), other);
    assertInvalid(authenticate(forged), "signature");
  }

  @Test
  void aPayloadThatWasChanged() throws Exception {
    var parts = as.token(as.claims().build()).split("\\.");
    var claims = as.claims().subject("mallory").build().toPayload().toBase64URL();
    assertInvalid(authenticate(parts[0] + "." + claims + "." + parts[2]), "signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../dev/null",
        "/etc/passwd",
        "x' UNION SELECT 'secret' --",
        "http://127.0.0.1:1/jwks",
        "first\u0000",
        ""
      })
  void kidInjection(String kid) throws Exception {
    var header = as.header().keyID(kid).build();
    assertInvalid(authenticate(as.token(header, as.claims().build())), "signature");
  }

  @Test
  void aKidBeyondItsBound() throws Exception {
    var longest = as.header().keyID("k".repeat(256)).build();
    assertInvalid(authenticate(as.token(longest, as.claims().build())), "signature");
    var longer = as.header().keyID("k".repeat(257)).build();
    assertInvalid(authenticate(as.token(longer, as.claims().build())), "kid is longer");
  }

  @Test
  void keysThatTheTokenBringsAreRefused() throws Exception {
    var own = new ECKeyGenerator(Curve.P_256).keyID("own").generate();
    var elsewhere = URI.create("https://evil.example/jwks");
    for (var header :
        List.of(
            as.header().jwk(own.toPublicJWK()).build(),
            as.header().jwkURL(elsewhere).build(),
            as.header().x509CertURL(elsewhere).build())) {
      var forged = FakeIssuer.signed(header, as.claims().build(), own);
      assertInvalid(authenticate(forged), "brings a key");
    }
    assertThat(as.fetches).hasValue(0);
  }

  @Test
  void anUnknownCriticalHeader() throws Exception {
    var header = as.header().criticalParams(Set.of("cnf")).customParam("cnf", "x").build();
    assertInvalid(authenticate(as.token(header, as.claims().build())), "crit");
  }

  @Test
  void aTokenOfAnotherType() throws Exception {
    var header = as.header().type(new JOSEObjectType("dpop+jwt")).build();
    assertInvalid(authenticate(as.token(header, as.claims().build())), "signature");
  }

  @Test
  void wrongAudience() throws Exception {
    assertInvalid(changed(c -> c.audience("https://other.example/mcp")), "not meant for");
    assertInvalid(changed(c -> c.audience("http://127.0.0.1:8080/mcp/s/files")), "not meant for");
    assertInvalid(changed(c -> c.audience((String) null)), "not meant for");
  }

  @Test
  void aTokenForOnePathIsNoneForAnother() throws Exception {
    var token = as.token(as.claims().build());
    assertThat(authenticate(token)).isInstanceOf(Authenticated.class);
    assertInvalid(tokens.authenticate(token, HERE + "/s/files"), "not meant for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:8080/mcp/", "HTTP://127.0.0.1:8080/mcp", HERE})
  void theAudienceMayDifferInWhatMeansTheSame(String audience) throws Exception {
    assertThat(changed(c -> c.audience(audience))).isInstanceOf(Authenticated.class);
  }

  @Test
  void anAudienceTheOperatorNamed() throws Exception {
    var issuer =
        as.issuer(new Issuer.TenantRule.Fixed(new TenantId("acme")), Set.of("api://portolan"));
    try (var lenient = accepting(issuer)) {
      var token = as.token(as.claims().audience("api://portolan").build());
      assertThat(lenient.authenticate(token, HERE)).isInstanceOf(Authenticated.class);
      assertInvalid(authenticate(token), "not meant for");
    }
  }

  @Test
  void foreignIssuer() throws Exception {
    assertInvalid(changed(c -> c.issuer("https://evil.example")), "issuer that is not accepted");
    assertInvalid(changed(c -> c.issuer(null)), "issuer that is not accepted");
  }

  @Test
  void anIssuerThatSignsForAnother() throws Exception {
    try (var other = new FakeIssuer();
        var both =
            accepting(
                as.issuer(),
                new Issuer(
                    "other",
                    other.uri(),
                    other.uri().resolve("/jwks"),
                    Set.of("ES256"),
                    new Issuer.TenantRule.Fixed(new TenantId("globex")),
                    Set.of(),
                    ClaimNames.STANDARD))) {
      var forged = other.token(as.claims().build()); // says it is of the first
      assertInvalid(both.authenticate(forged, HERE), "signature");
    }
  }

  @Test
  void expiredWithAMinuteOfSkew() throws Exception {
    var last = as.token(as.claims().expirationTime(Date.from(NOW.minusSeconds(59))).build());
    assertThat(authenticate(last)).isInstanceOf(Authenticated.class);
    assertInvalid(changed(c -> c.expirationTime(Date.from(NOW.minusSeconds(60)))), "expired");
    now.set(NOW.plusSeconds(1)); // a known token ends in time, too
    assertInvalid(authenticate(last), "expired");
  }

  @Test
  void withoutAnEnd() throws Exception {
    assertInvalid(changed(c -> c.expirationTime(null)), "exp is missing");
  }

  @Test
  void notYetValid() throws Exception {
    assertThat(changed(c -> c.notBeforeTime(Date.from(NOW.plusSeconds(60)))))
        .isInstanceOf(Authenticated.class);
    assertInvalid(changed(c -> c.notBeforeTime(Date.from(NOW.plusSeconds(61)))), "nbf");
  }

  @Test
  void issuedInTheFuture() throws Exception {
    assertThat(changed(c -> c.issueTime(Date.from(NOW.plusSeconds(60)))))
        .isInstanceOf(Authenticated.class);
    assertInvalid(changed(c -> c.issueTime(Date.from(NOW.plusSeconds(61)))), "iat");
  }

  @Test
  void aTokenThatOutlivesRevocations() throws Exception {
    var days = Duration.ofDays(91);
    assertInvalid(changed(c -> c.expirationTime(Date.from(NOW.plus(days)))), "lives longer");
  }

  @Test
  void withoutSubject() throws Exception {
    assertInvalid(changed(c -> c.subject(null)), "sub is missing");
    assertThat(changed(c -> c.subject("s".repeat(200)))).isInstanceOf(Authenticated.class);
    assertInvalid(changed(c -> c.subject("s".repeat(201))), "longer than 200");
  }

  @Test
  void withoutAnyScope() throws Exception {
    assertThat(changed(c -> c.claim("scope", null))).isEqualTo(new Unscoped());
    assertThat(changed(c -> c.claim("scope", " "))).isEqualTo(new Unscoped());
  }

  @Test
  void theTenantIsOneOfTheIssuers() throws Exception {
    var rule = new Issuer.TenantRule.Claimed("org", Set.of(new TenantId("acme")));
    try (var claimed = accepting(as.issuer(rule, Set.of()))) {
      var acme = as.token(as.claims().claim("org", "acme").build());
      assertThat(claimed.authenticate(acme, HERE)).isInstanceOf(Authenticated.class);
      for (var tenant : new String[] {"globex", "ACME", "", null}) {
        var token = as.token(as.claims().claim("org", tenant).build());
        assertInvalid(claimed.authenticate(token, HERE), "names no tenant");
      }
    }
  }

  @Test
  void rolesAndTeamsComeFromWhereTheOperatorSays() throws Exception {
    var names =
        new ClaimNames("realm_access.roles", "groups", "azp", "scp", ClaimNames.ScopesRequired.NO);
    var issuer =
        new Issuer(
            "corp",
            as.uri(),
            as.uri().resolve("/jwks"),
            Set.of("ES256"),
            new Issuer.TenantRule.Fixed(new TenantId("acme")),
            Set.of(),
            names);
    try (var mapped = accepting(issuer)) {
      var token =
          as.token(
              as.claims()
                  .claim("realm_access", Map.of("roles", List.of("admin", "auditor")))
                  .claim("groups", List.of("red"))
                  .claim("azp", "bot")
                  .build());
      var caller = ((Authenticated) mapped.authenticate(token, HERE)).caller();
      assertThat(caller.roles()).containsExactlyInAnyOrder("admin", "auditor");
      assertThat(caller.teams()).containsExactly("red");
      assertThat(caller.agent()).isEqualTo("bot");
      assertThat(caller.scopes()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b.c", "..", "e30.e30.", "eyJhbGciOiJFUzI1NiJ9.bm90IGpzb24.AA"})
  void whatIsNoToken(String text) {
    assertThat(authenticate(text)).isInstanceOf(Invalid.class);
  }

  @Test
  void aNestedObjectInTheHeader() throws Exception {
    var deep = "{\"a\":".repeat(4000) + "1" + "}".repeat(4000);
    var header = Base64URL.encode("{\"alg\":\"RS256\",\"x\":" + deep + "}");
    var text = header + "." + Base64URL.encode("{}") + "." + Base64URL.encode("x");
    assertThat(authenticate(text)).isInstanceOf(Invalid.class);
  }

  @Test
  void aTokenWithTwoSubjects() throws Exception {
    var claims = as.claims().build().toString();
    var twice = claims.substring(0, claims.length() - 1) + ",\"sub\":\"mallory\"}";
    var object = new JWSObject(as.header().build(), new Payload(twice));
    object.sign(new ECDSASigner(as.key()));
    assertThat(authenticate(object.serialize())).isInstanceOf(Invalid.class);
  }

  @Test
  void theCacheIsBounded() throws Exception {
    var small =
        new AccessTokens.Settings(
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            32,
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(30));
    try (var bounded = new AccessTokens(List.of(as.issuer()), Revocations.NONE, now::get, small)) {
      for (int i = 0; i < 33; i++) {
        bounded.authenticate(as.token(as.claims().jwtID("t" + i).build()), HERE);
        assertThat(bounded.remembered()).isLessThanOrEqualTo(32);
      }
      assertThat(bounded.remembered()).isEqualTo(31);
      bounded.authenticate("not.a.token", HERE);
      assertThat(bounded.remembered()).isEqualTo(31);
    }
  }

  @Test
  void aTokenBeyondItsBoundIsNotEvenParsed() throws Exception {
    var authenticator = new Authenticator(tokens, new NoKeys(), Anonymous.REFUSED, Tenants.ALL);
    var longest = "x".repeat(Authenticator.TOKEN_CHARS_MAX);
    assertThat(authenticator.authenticate(bearing(longest))).isInstanceOf(Invalid.class);
    assertThat(authenticator.authenticate(bearing(longest + "x"))).isInstanceOf(Malformed.class);
  }

  private static Presented bearing(String token) {
    return new Presented("Bearer " + token, "", HERE);
  }

  private static final class NoKeys implements ApiKeys {
    @Override
    public Authentication authenticate(String text) {
      return new Invalid("none");
    }

    @Override
    public Presence presence() {
      return Presence.NONE;
    }
  }

  @Test
  void theTokenIsNowhereInWhatIsSaidOfIt() throws Exception {
    var token = as.token(as.claims().build());
    assertThat(bearing(token).toString()).doesNotContain(token);
    assertThat(TokenCache.nameOf(token).toString().getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(120);
  }
}
