package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import java.util.Collection;
import java.util.List;

/**
 * Whom a rule is about: those who fit every member.
 *
 * @param tenants their tenant
 * @param teams one of their teams
 * @param principals their subject
 * @param roles one of their roles, or of those that these include
 * @param agents the agent that acts for them; nobody without an agent fits a pattern
 */
public record Who(
    Patterns tenants, Patterns teams, Patterns principals, Patterns roles, Patterns agents) {
  /** Everybody. */
  public static final Who EVERYBODY =
      new Who(Patterns.ANY, Patterns.ANY, Patterns.ANY, Patterns.ANY, Patterns.ANY);

  /** Whether a caller with these roles is meant. */
  boolean includes(Caller caller, Collection<String> allRoles) {
    var agent = caller.agent();
    return tenants.match(caller.tenant().value())
        && principals.match(caller.principal().subject())
        && roles.matchAnyOf(allRoles)
        && teams.matchAnyOf(caller.teams())
        && agents.matchAnyOf(agent == null ? List.of() : List.of(agent));
  }
}
