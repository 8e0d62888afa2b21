package io.portolan.tenancy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of somebody who makes requests: who it is, and what the proof says about them.
 * Immutable. Whatever is kept between requests is kept by the {@link Principal} alone: another
 * token of the same person may say other things.
 *
 * @param principal who it is
 * @param credential names the proof, never its secret: {@code anonymous}, {@code key:<key id>} or
 *     {@code jwt:<issuer>}
 * @param agent the agent or OAuth client that acts for the principal, or null
 * @param roles names of roles inside the tenant
 * @param teams names of teams inside the tenant
 * @param scopes what the proof is limited to; empty of a proof without scopes
 */
public record Caller(
    Principal principal,
    String credential,
    @Nullable String agent,
    Set<String> roles,
    Set<String> teams,
    Set<String> scopes) {
  /** Anybody, on a development process's loopback. */
  public static final Caller ANONYMOUS =
      new Caller(Principal.ANONYMOUS, "anonymous", null, Set.of("owner"), Set.of(), Set.of());

  public Caller {
    roles = Set.copyOf(roles);
    teams = Set.copyOf(teams);
    scopes = Set.copyOf(scopes);
  }

  /** Whether nothing proves who it is. */
  public boolean isAnonymous() {
    return credential.equals(ANONYMOUS.credential);
  }

  /** The caller's tenant. */
  public TenantId tenant() {
    return principal.tenant();
  }
}
