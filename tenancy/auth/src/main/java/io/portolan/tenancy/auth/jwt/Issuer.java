package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import io.portolan.tenancy.TenantId;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server whose access tokens are accepted. Immutable.
 *
 * @param name what the configuration calls it; part of each subject, so that two issuers never mean
 *     one person by accident: 1 to 50 of a-z, 0-9 and '-'
 * @param issuer its identifier, as in the claim {@code iss}
 * @param jwksUri where its keys are; null to find it in its metadata
 * @param algorithms accepted signatures, out of {@link #ALGORITHMS}
 * @param tenant whose callers its tokens name
 * @param audiences accepted audiences besides the endpoint's own URI, for servers that cannot issue
 *     tokens for a resource (RFC 8707)
 * @param claims where tokens say what
 */
public record Issuer(
    String name,
    URI issuer,
    @Nullable URI jwksUri,
    Set<String> algorithms,
    TenantRule tenant,
    Set<String> audiences,
    ClaimNames claims) {
  /** Signatures that can be accepted: asymmetric ones only. */
  public static final List<String> ALGORITHMS =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,50}");
  private static final Set<String> TAKEN = Set.of("key", "user");

  /** Which tenant a token belongs to. */
  public sealed interface TenantRule {
    /** Always this one. */
    record Fixed(TenantId tenant) implements TenantRule {}

    /** The one that a claim names, out of these. */
    record Claimed(String claim, Set<TenantId> allowed) implements TenantRule {
      public Claimed {
        allowed = Set.copyOf(allowed);
      }
    }
  }

  public Issuer {
    algorithms = Set.copyOf(algorithms);
    audiences = Set.copyOf(audiences);
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      throw new IllegalArgumentException(
          "an issuer's name must be 1 to 50 characters of a-z, 0-9 and '-', and neither 'key' nor"
              + " 'user': "
              + name);
    }
    if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          "algorithms must be some of " + ALGORITHMS + ": " + algorithms);
    }
    SafeUri.require(issuer);
    if (jwksUri != null) {
      SafeUri.require(jwksUri);
    }
  }

  Set<JWSAlgorithm> jwsAlgorithms() {
    var parsed = new HashSet<JWSAlgorithm>();
    algorithms.forEach(name -> parsed.add(JWSAlgorithm.parse(name)));
    return parsed;
  }
}
