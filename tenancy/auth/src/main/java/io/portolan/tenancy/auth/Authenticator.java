package io.portolan.tenancy.auth;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.auth.Authentication.Authenticated;
import io.portolan.tenancy.auth.Authentication.Barred;
import io.portolan.tenancy.auth.Authentication.Invalid;
import io.portolan.tenancy.auth.Authentication.Malformed;
import io.portolan.tenancy.auth.Authentication.Missing;
import io.portolan.tenancy.auth.Authentication.Unavailable;
import io.portolan.tenancy.auth.jwt.AccessTokens;
import io.portolan.tenancy.auth.key.ApiKeys;
import io.portolan.tenancy.auth.key.KeyText;
import io.portolan.tenancy.auth.upstream.SubjectTokens;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caller of each request by the bearer token in its {@code Authorization} header, and by
 * nothing else. Thread-safe. Asks no store; blocks only while an issuer's keys are fetched.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750, bearer tokens</a>
 */
public final class Authenticator {
  /** The longest token that is looked at, in characters. */
  public static final int TOKEN_CHARS_MAX = 8192;

  private static final String SCHEME = "Bearer";
  private static final boolean[] IN_TOKEN = inToken(); // by character, as each request has one
  private static final Authentication ANONYMOUS = new Authenticated(Caller.ANONYMOUS);
  private static final Authentication MISSING = new Missing();
  private static final Authentication UNCLEAR =
      new Unavailable("It is not known now whether the tenant is let in; retry later");

  private final AccessTokens tokens;
  private final ApiKeys keys;
  private final Anonymous anonymous;
  private final Tenants tenants;
  private final SubjectTokens subjects;

  /**
   * @param tokens judges access tokens
   * @param keys judges API keys
   * @param anonymous what becomes of requests without either
   * @param tenants whose callers are let in, and what they are in their tenant
   */
  public Authenticator(AccessTokens tokens, ApiKeys keys, Anonymous anonymous, Tenants tenants) {
    this(tokens, keys, anonymous, tenants, new SubjectTokens());
  }

  /**
   * The same.
   *
   * @param subjects is told of access tokens that are good
   */
  public Authenticator(
      AccessTokens tokens,
      ApiKeys keys,
      Anonymous anonymous,
      Tenants tenants,
      SubjectTokens subjects) {
    this.tenants = tenants;
    this.tokens = tokens;
    this.keys = keys;
    this.anonymous = anonymous;
    this.subjects = subjects;
  }

  /** Who makes a request. */
  public Authentication authenticate(Presented presented) throws InterruptedException {
    return switch (proven(presented)) {
      case Authenticated(var caller) -> inTenant(caller);
      case Authentication otherwise -> otherwise;
    };
  }

  /**
   * Tells, whenever it is asked, whether a caller who was let in would be kept out now: a key or
   * token was revoked, or the tenant is suspended or deleted. That a token has ended does not
   * count, and what cannot be told now neither.
   *
   * @param caller who was found for the request
   */
  public BooleanSupplier withdrawal(Presented presented, Caller caller) {
    var proof = proofWithdrawal(presented.authorization());
    return () ->
        switch (tenants.of(caller.tenant())) {
          case SUSPENDED, DELETED -> true;
          case ACTIVE, UNKNOWN, UNCLEAR -> proof.getAsBoolean();
        };
  }

  private BooleanSupplier proofWithdrawal(@Nullable String sent) {
    if (sent == null || !isBearer(sent)) {
      return () -> false;
    }
    var token = sent.substring(SCHEME.length()).strip();
    return KeyText.isOne(token)
        ? () -> keys.authenticate(token) instanceof Invalid
        : tokens.withdrawal(token);
  }

  private Authentication inTenant(Caller caller) {
    return switch (tenants.of(caller.tenant())) {
      case ACTIVE -> new Authenticated(tenants.known(caller));
      case SUSPENDED -> new Barred("The tenant " + caller.tenant() + " is suspended");
      case DELETED -> new Barred("The tenant " + caller.tenant() + " was deleted");
      case UNKNOWN -> new Barred("The tenant " + caller.tenant() + " is not known here");
      case UNCLEAR -> UNCLEAR;
    };
  }

  private Authentication proven(Presented presented) throws InterruptedException {
    if (hasTokenInQuery(presented.query())) {
      return new Malformed("A token in the URL is not accepted; expected Authorization: Bearer");
    }
    var sent = presented.authorization();
    if (sent == null || !isBearer(sent)) {
      return withoutToken();
    }
    var token = sent.substring(SCHEME.length()).strip();
    if (token.length() > TOKEN_CHARS_MAX) {
      return new Malformed(
          "The token has " + token.length() + " characters; expected at most " + TOKEN_CHARS_MAX);
    }
    if (!isToken(token)) {
      return new Malformed("Authorization: Bearer is not followed by one token");
    }
    if (KeyText.isOne(token)) {
      return keys.authenticate(token);
    }
    if (!tokens.acceptsAny()) {
      return switch (withoutToken()) {
        case Missing() -> new Invalid("Access tokens are not accepted here; expected an API key");
        case Authentication otherwise -> otherwise;
      };
    }
    var found = tokens.authenticate(token, presented.resource());
    if (found instanceof Authenticated(var caller)) {
      subjects.came(caller.principal(), token);
    }
    return found;
  }

  private Authentication withoutToken() {
    return switch (anonymous) {
      case ALLOWED -> ANONYMOUS;
      case REFUSED -> MISSING;
      case UNTIL_CONFIGURED ->
          tokens.acceptsAny()
              ? MISSING
              : switch (keys.presence()) {
                case NONE -> ANONYMOUS;
                case SOME -> MISSING;
                case UNKNOWN -> new Unavailable("It is not known now who may call; retry later");
              };
    };
  }

  private static boolean isBearer(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && (authorization.length() == SCHEME.length()
            || authorization.charAt(SCHEME.length()) == ' ');
  }

  /** RFC 6750, section 2.1: {@code b64token}. */
  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c >= IN_TOKEN.length || !IN_TOKEN[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean[] inToken() {
    var allowed = new boolean[128];
    for (int c = 0; c < allowed.length; c++) {
      allowed[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~+/=".indexOf(c) >= 0;
    }
    return allowed;
  }

  private static boolean hasTokenInQuery(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return false;
    }
    for (var pair : query.split("[&;]", -1)) {
      var equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equalsIgnoreCase("access_token")) {
        return true;
      }
    }
    return false;
  }
}
