package io.portolan.standalone.config;

import io.portolan.standalone.config.Settings.Named;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.auth.jwt.ClaimNames;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.auth.jwt.Issuer.TenantRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the gateway believes.
 *
 * @param publicUrl scheme, host and port under which clients reach it; null for wherever it listens
 * @param issuers authorization servers whose access tokens are accepted
 * @param anonymous what becomes of requests without credentials
 */
public record Auth(@Nullable URI publicUrl, List<Issuer> issuers, Anonymous anonymous) {
  /** What holds where nothing is said. */
  public static final Auth DEFAULT = new Auth(null, List.of(), Anonymous.UNTIL_CONFIGURED);

  private static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256");

  public Auth {
    issuers = List.copyOf(issuers);
  }

  /** Reads the section of that name. */
  static Auth of(Settings settings, @Nullable AnonymousAccess access) {
    var publicUrl = settings.text("public-url").flatMap(text -> base(settings, text)).orElse(null);
    var issuers = new ArrayList<Issuer>();
    for (var named : settings.named("issuers")) {
      var issuer = issuer(named);
      if (issuer != null) {
        issuers.add(issuer);
      }
    }
    settings.rejectUnknown();
    return new Auth(publicUrl, issuers, anonymous(access));
  }

  private static Anonymous anonymous(@Nullable AnonymousAccess access) {
    return switch (access) {
      case null -> Anonymous.UNTIL_CONFIGURED;
      case LOOPBACK, ANYWHERE -> Anonymous.ALLOWED;
      case OFF -> Anonymous.REFUSED;
    };
  }

  private static Optional<URI> base(Settings settings, String text) {
    var uri = uri(text);
    if (uri != null
        && uri.getHost() != null
        && Set.of("https", "http").contains(String.valueOf(uri.getScheme()))
        && Set.of("", "/").contains(uri.getRawPath())
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null
        && uri.getRawUserInfo() == null) {
      return Optional.of(uri);
    }
    return settings
        .member("public-url")
        .flatMap(
            member ->
                settings.wrong(member, "scheme, host and port, as in https://gateway.example.com"));
  }

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static @Nullable Issuer issuer(Named named) {
    var settings = named.settings();
    var issuer = settings.text("issuer").orElse(null);
    var jwks = settings.text("jwks-uri").orElse(null);
    var algorithms = settings.texts("algorithms");
    var audiences = settings.texts("audiences");
    var tenant = settings.text("tenant").orElse(TenantId.DEVELOPMENT.value());
    var tenantClaim = settings.text("tenant-claim").orElse(null);
    var tenants = settings.texts("tenants");
    var standard = ClaimNames.STANDARD;
    var claims =
        new ClaimNames(
            settings.text("roles-claim").orElse(null),
            settings.text("teams-claim").orElse(null),
            settings.text("agent-claim").orElse(standard.agent()),
            settings.text("scopes-claim").orElse(standard.scopes()),
            settings.choice("scopes-required", standard.required()));
    settings.rejectUnknown();
    if (issuer == null) {
      named.wrong("has no issuer", "issuer: https://login.example.com");
      return null;
    }
    try {
      return new Issuer(
          named.name(),
          URI.create(issuer),
          jwks == null ? null : URI.create(jwks),
          Set.copyOf(algorithms.isEmpty() ? ALGORITHMS : algorithms),
          rule(tenant, tenantClaim, tenants),
          Set.copyOf(audiences),
          claims);
    } catch (IllegalArgumentException e) {
      named.wrong("is not right: " + e.getMessage(), "an issuer as in docs/auth.md");
      return null;
    }
  }

  private static TenantRule rule(String tenant, @Nullable String claim, List<String> tenants) {
    if (claim == null) {
      return new TenantRule.Fixed(new TenantId(tenant));
    }
    var allowed = new HashSet<TenantId>();
    tenants.forEach(name -> allowed.add(new TenantId(name)));
    if (allowed.isEmpty()) {
      throw new IllegalArgumentException("tenant-claim needs 'tenants', a list of those it names");
    }
    return new TenantRule.Claimed(claim, allowed);
  }
}
