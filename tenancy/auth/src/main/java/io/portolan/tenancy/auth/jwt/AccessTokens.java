package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Unavailable;
import io.portolan.tenancy.auth.key.Revocations;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Judges access tokens that are signed JWTs. A token that passed is remembered by its SHA-256 for
 * some minutes, so that most calls cost a hash and a look-up; its end, its audience and revocations
 * are looked at each time. Thread-safe; blocks while keys are fetched.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, JWT access tokens</a>
 */
public final class AccessTokens implements AutoCloseable {
  private static final Unavailable UNAVAILABLE =
      new Unavailable("Access tokens cannot be checked now; retry later");
  private static final Invalid NOT_HERE =
      new Invalid("The token is not meant for this resource (aud)");
  private static final Invalid REVOKED = new Invalid("The token was revoked");
  private static final Invalid EXPIRED = new Invalid("The token has expired");

  /**
   * Times and sizes.
   *
   * @param skew how far clocks may differ
   * @param trustMax how long a token is not looked at again
   * @param tokensMax tokens that are remembered
   * @param keysRefresh after which an issuer's keys are fetched again
   * @param keysStaleMax after which keys that could not be fetched again are not relied on
   * @param keysPause least time between two fetches
   */
  public record Settings(
      Duration skew,
      Duration trustMax,
      int tokensMax,
      Duration keysRefresh,
      Duration keysStaleMax,
      Duration keysPause) {
    /** A minute of skew, five of trust; keys every five minutes, good for an hour. */
    public static final Settings DEFAULT =
        new Settings(
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            50_000,
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(30));
  }

  private static final Duration FETCH_MAX = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(AccessTokens.class.getName());

  private final Map<String, TokenCheck> configured;
  private final IssuerKeys.Bounds bounds;
  private final KeyFetch guarded;
  private final JsonFetch fetch = new JsonFetch(FETCH_MAX);
  private final Revocations revocations;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Settings settings;
  private final TokenCache cache;
  private volatile Map<String, TokenCheck> checks;

  /**
   * @param issuers whose tokens are accepted; none means no token is
   * @param revocations tokens that are not accepted all the same
   */
  public AccessTokens(
      List<Issuer> issuers, Revocations revocations, InstantSource clock, Settings settings) {
    this(
        issuers,
        revocations,
        clock,
        settings,
        uri -> {
          throw new IOException("nothing is fetched for issuers of tenants here: " + uri);
        });
  }

  /**
   * The same, with issuers of tenants beside them.
   *
   * @param guarded the way to the keys of issuers that {@link #follow} names
   */
  public AccessTokens(
      List<Issuer> issuers,
      Revocations revocations,
      InstantSource clock,
      Settings settings,
      KeyFetch guarded) {
    this(issuers, revocations, clock, settings, guarded, System::nanoTime);
  }

  /** The same by another monotonic time. */
  AccessTokens(
      List<Issuer> issuers,
      Revocations revocations,
      InstantSource clock,
      Settings settings,
      KeyFetch guarded,
      LongSupplier nanos) {
    this.nanos = nanos;
    this.revocations = revocations;
    this.clock = clock;
    this.settings = settings;
    this.guarded = guarded;
    this.cache = new TokenCache(settings.tokensMax());
    this.bounds =
        new IssuerKeys.Bounds(
            settings.keysRefresh(), settings.keysStaleMax(), settings.keysPause(), FETCH_MAX);
    var named = new HashMap<String, TokenCheck>();
    for (var issuer : issuers) {
      if (named.put(issuer.issuer().toString(), check(issuer, fetch)) != null) {
        throw new IllegalArgumentException("two issuers are " + issuer.issuer());
      }
    }
    this.configured = Map.copyOf(named);
    this.checks = configured;
  }

  private TokenCheck check(Issuer issuer, KeyFetch by) {
    return new TokenCheck(issuer, new IssuerKeys(issuer, by, bounds), clock, settings.skew());
  }

  /**
   * Accepts the tokens of these issuers from now on, beside those it was made with and no others.
   * An issuer that has the identifier or the name of one of those is left out: it could speak for
   * that one's people.
   */
  public void follow(List<Issuer> issuers) {
    var before = checks;
    var now = new HashMap<>(configured);
    for (var issuer : issuers) {
      var identifier = issuer.issuer().toString();
      if (configured.containsKey(identifier) || isConfigured(issuer.name())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "issuer {0} of tenant {1} is left out: the configuration has one of this name or"
                + " identifier",
            issuer.name(),
            issuer.tenant());
        continue;
      }
      var known = before.get(identifier);
      now.put(
          identifier,
          known != null && known.issuer().equals(issuer) ? known : check(issuer, guarded));
    }
    checks = Map.copyOf(now);
  }

  private boolean isConfigured(String name) {
    return configured.values().stream().anyMatch(check -> check.issuer().name().equals(name));
  }

  /** Whether there is an issuer at all. */
  public boolean acceptsAny() {
    return !checks.isEmpty();
  }

  /**
   * Whose token this is.
   *
   * @param resource the canonical URI of what it is sent to
   */
  public Authentication authenticate(String token, String resource) {
    var name = TokenCache.nameOf(token);
    var now = clock.instant();
    var known = cache.find(name, nanos.getAsLong());
    if (known == null || !isInUse(known.by())) {
      switch (judged(token)) {
        case Judged.Refused(var outcome) -> {
          return outcome;
        }
        case Judged.Passed(var passed) -> {
          known = passed;
          cache.put(name, passed, nanos.getAsLong() + settings.trustMax().toNanos());
        }
      }
    }
    if (!now.isBefore(known.end())) {
      return EXPIRED;
    }
    if (!known.audiences().contains(resource) && !known.goodEverywhere()) {
      return NOT_HERE;
    }
    if (!revocations.known()) {
      return UNAVAILABLE;
    }
    return revocations.revoked(known.issued()) ? REVOKED : known.outcome();
  }

  /**
   * Tells, whenever it is asked, whether a token that was good a moment ago is revoked, or its
   * issuer is not accepted any more. That it has ended does not count, nor that revocations cannot
   * be read.
   */
  public BooleanSupplier withdrawal(String token) {
    var known = cache.find(TokenCache.nameOf(token), nanos.getAsLong());
    return known == null
        ? () -> false // it was dropped from the cache in between
        : () -> !isInUse(known.by()) || revocations.revoked(known.issued());
  }

  /** Not so when the issuer was removed or changed since a token was checked. */
  @SuppressWarnings("ReferenceEquality") // another check of an equal issuer has other keys
  private boolean isInUse(TokenCheck check) {
    return checks.get(check.issuer().issuer().toString()) == check;
  }

  private sealed interface Judged {
    record Passed(ValidToken token) implements Judged {}

    record Refused(Authentication outcome) implements Judged {}
  }

  private Judged judged(String token) {
    try {
      var jwt = SignedJWT.parse(token);
      var check = checks.get(String.valueOf(unverified(jwt).getIssuer()));
      return check == null
          ? refused("The token is of an issuer that is not accepted here")
          : new Judged.Passed(check.validated(jwt));
    } catch (ParseException _) {
      return refused("The token is no signed JWT");
    } catch (IssuerKeys.NoKeysException _) {
      return new Judged.Refused(UNAVAILABLE);
    } catch (TokenCheck.RefusedException e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (BadJOSEException | JOSEException _) {
      return refused("The token's signature is not one of its issuer");
    }
  }

  private static JWTClaimsSet unverified(SignedJWT jwt) throws ParseException {
    return jwt.getJWTClaimsSet();
  }

  private static Judged refused(String why) {
    return new Judged.Refused(new Invalid(why));
  }

  int remembered() {
    return cache.size();
  }

  @Override
  public void close() {
    fetch.close();
  }
}
