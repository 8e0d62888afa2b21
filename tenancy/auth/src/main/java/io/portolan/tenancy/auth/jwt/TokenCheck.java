package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.jwt.Issuer.TenantRule;
import io.portolan.tenancy.auth.key.KeyTables;
import io.portolan.tenancy.auth.key.Revocations;
import io.portolan.tenancy.auth.resource.ResourceUri;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens of one issuer: header, signature, times, and what the claims say. Keys come from
 * the issuer alone; a key or the place of one that the token itself names is refused. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, JWT best current practices</a>
 */
final class TokenCheck {
  private static final int KEY_ID_CHARS_MAX = 256;
  private static final int SUBJECT_CHARS_MAX = 200;
  private static final int TOKEN_ID_CHARS_MAX = 200;

  private final Issuer issuer;
  private final InstantSource clock;
  private final Duration skew;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  TokenCheck(Issuer issuer, IssuerKeys keys, InstantSource clock, Duration skew) {
    this.issuer = issuer;
    this.clock = clock;
    this.skew = skew;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT,
            new JOSEObjectType("at+jwt"),
            new JOSEObjectType("application/at+jwt"),
            null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(issuer.jwsAlgorithms(), keys));
    processor.setJWTClaimsSetVerifier((_, _) -> {}); // done here, with our clock and words
  }

  /** What is wrong with a token, in words for its sender. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * What the token says, once everything about it is right but its audience.
   *
   * @throws RefusedException when its header or claims are not
   * @throws BadJOSEException when its signature is not
   * @throws JOSEException when there are no keys to check it with
   */
  ValidToken validated(SignedJWT jwt) throws RefusedException, BadJOSEException, JOSEException {
    check(jwt.getHeader());
    var claims = processor.process(jwt, null);
    check(claims);
    return token(new TokenClaims(claims));
  }

  private void check(JWSHeader header) throws RefusedException {
    if (!issuer.jwsAlgorithms().contains(header.getAlgorithm())) {
      throw new RefusedException(
          "The token's alg is "
              + header.getAlgorithm()
              + "; expected one of "
              + issuer.algorithms().stream().sorted().collect(Collectors.joining(", ")));
    }
    if (header.getCriticalParams() != null) {
      throw new RefusedException("The token's header has crit, which is not supported");
    }
    if (header.getJWK() != null || header.getJWKURL() != null || header.getX509CertURL() != null) {
      throw new RefusedException("The token's header brings a key (jwk, jku, x5u)");
    }
    var keyId = header.getKeyID();
    if (keyId != null && keyId.length() > KEY_ID_CHARS_MAX) {
      throw new RefusedException("The token's kid is longer than " + KEY_ID_CHARS_MAX);
    }
  }

  private void check(JWTClaimsSet claims) throws RefusedException {
    var now = clock.instant();
    var end = instant(claims.getExpirationTime());
    if (end == null) {
      throw new RefusedException("The token does not expire (exp is missing)");
    }
    if (!now.isBefore(end.plus(skew))) {
      throw new RefusedException("The token has expired");
    }
    var latest = now.plus(skew);
    var from = instant(claims.getNotBeforeTime());
    if (from != null && from.isAfter(latest)) {
      throw new RefusedException("The token is not valid yet (nbf)");
    }
    var issued = instant(claims.getIssueTime());
    if (issued != null && issued.isAfter(latest)) {
      throw new RefusedException("The token was issued in the future (iat)");
    }
    var longest = KeyTables.REVOCATION_KEPT;
    if (end.isAfter((issued == null ? now : issued).plus(longest))) {
      throw new RefusedException("The token lives longer than " + longest.toDays() + " days");
    }
  }

  private ValidToken token(TokenClaims claims) throws RefusedException {
    var tenant = tenant(claims);
    var subject = claims.text("sub");
    if (subject == null || subject.isEmpty() || subject.length() > SUBJECT_CHARS_MAX) {
      throw new RefusedException(
          "The token's sub is missing or longer than " + SUBJECT_CHARS_MAX + " characters");
    }
    var tokenId = claims.text("jti");
    if (tokenId != null && tokenId.length() > TOKEN_ID_CHARS_MAX) {
      throw new RefusedException(
          "The token's jti is longer than " + TOKEN_ID_CHARS_MAX + " characters");
    }
    var principal = new Principal(tenant, issuer.name() + "/" + subject);
    var set = claims.set();
    var end = set.getExpirationTime().toInstant().plus(skew);
    var id = tokenId == null ? null : issuer.name() + "/" + tokenId;
    return new ValidToken(
        outcome(principal, claims),
        canonical(set),
        set.getAudience().stream().anyMatch(issuer.audiences()::contains),
        end,
        new Revocations.Issued(tenant, principal.subject(), id, instant(set.getIssueTime())),
        this);
  }

  /** Whose tokens it checks. */
  Issuer issuer() {
    return issuer;
  }

  private Authentication outcome(Principal principal, TokenClaims claims) throws RefusedException {
    var names = issuer.claims();
    var scopes = claims.words(names.scopes());
    if (scopes.isEmpty() && names.required() == ClaimNames.ScopesRequired.YES) {
      return new Authentication.Unscoped();
    }
    return new Authentication.Authenticated(
        new Caller(
            principal,
            "jwt:" + issuer.name(),
            claims.text(names.agent()),
            names.roles() == null ? Set.of("caller") : claims.words(names.roles()),
            names.teams() == null ? Set.of() : claims.words(names.teams()),
            scopes));
  }

  private TenantId tenant(TokenClaims claims) throws RefusedException {
    return switch (issuer.tenant()) {
      case TenantRule.Fixed(var tenant) -> tenant;
      case TenantRule.Claimed(var claim, var allowed) -> {
        var named = claims.text(claim);
        for (var tenant : allowed) {
          if (tenant.value().equals(named)) {
            yield tenant;
          }
        }
        throw new RefusedException(
            "The token's " + claim + " is missing or names no tenant of this issuer");
      }
    };
  }

  private static Set<String> canonical(JWTClaimsSet claims) {
    var audiences = new HashSet<String>();
    for (var audience : claims.getAudience()) {
      var uri = ResourceUri.canonical(audience);
      if (uri != null) {
        audiences.add(uri);
      }
    }
    return Set.copyOf(audiences);
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }
}
