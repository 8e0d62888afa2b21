package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.jwt.ClaimNames;
import io.portolan.tenancy.auth.jwt.ClaimNames.ScopesRequired;
import io.portolan.tenancy.auth.jwt.Issuer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A tenant's issuers as JSON. Stateless. */
final class IssuerJson {
  private static final Set<String> ALGORITHMS = Set.of("RS256", "PS256", "ES256");

  private IssuerJson() {}

  static List<Issuer> issuers(Fields body, TenantId tenant) {
    var issuers = new ArrayList<Issuer>();
    for (var object : body.objects("issuers")) {
      issuers.add(issuer(object, tenant));
    }
    return issuers;
  }

  private static Issuer issuer(Fields object, TenantId tenant) {
    object.only(
        "name",
        "issuer",
        "jwksUri",
        "algorithms",
        "audiences",
        "rolesClaim",
        "teamsClaim",
        "agentClaim",
        "scopesClaim",
        "scopesRequired");
    var jwks = object.text("jwksUri");
    var required = object.flag("scopesRequired");
    var standard = ClaimNames.STANDARD;
    return new Issuer(
        object.required("name"),
        URI.create(object.required("issuer")),
        jwks == null ? null : URI.create(jwks),
        object.words("algorithms", ALGORITHMS),
        new Issuer.TenantRule.Fixed(tenant),
        plain(object.words("audiences", Set.of())),
        new ClaimNames(
            object.text("rolesClaim"),
            object.text("teamsClaim"),
            Objects.requireNonNullElse(object.text("agentClaim"), standard.agent()),
            Objects.requireNonNullElse(object.text("scopesClaim"), standard.scopes()),
            required == null || required ? ScopesRequired.YES : ScopesRequired.NO));
  }

  private static Set<String> plain(Set<String> audiences) {
    for (var audience : audiences) {
      if (audience.isBlank() || audience.length() > 500 || audience.contains(" ")) {
        throw new IllegalArgumentException(
            "an audience has 1 to 500 characters without spaces: '" + audience + "'");
      }
    }
    return audiences;
  }

  static void write(JsonWriter json, List<Issuer> issuers) {
    json.name("issuers").beginArray();
    for (var issuer : issuers) {
      var claims = issuer.claims();
      json.beginObject().member("name", issuer.name()).member("issuer", issuer.issuer().toString());
      KeyJson.optional(json, "jwksUri", Objects.toString(issuer.jwksUri(), null));
      KeyJson.list(json, "algorithms", issuer.algorithms());
      KeyJson.list(json, "audiences", issuer.audiences());
      KeyJson.optional(json, "rolesClaim", claims.roles());
      KeyJson.optional(json, "teamsClaim", claims.teams());
      json.member("agentClaim", claims.agent())
          .member("scopesClaim", claims.scopes())
          .member("scopesRequired", claims.required() == ScopesRequired.YES)
          .endObject();
    }
    json.endArray();
  }
}
