package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.quota.QuotaRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tenant and all it says of its people, as it was read at one time. Immutable.
 *
 * @param members by subject
 * @param roles those the tenant made, by name
 * @param quotas what its callers may use, in the order of their keys
 */
record KnownTenant(
    Tenant tenant,
    Map<String, Member> members,
    Map<String, CustomRole> roles,
    List<QuotaRule> quotas) {
  KnownTenant {
    quotas = List.copyOf(quotas);
    members = Map.copyOf(members);
    roles = Map.copyOf(roles);
  }

  /**
   * The caller with what the tenant adds. A key brings just the roles it was made with: who made it
   * chose them, perhaps fewer than the subject has.
   */
  Caller known(Caller caller) {
    var member =
        caller.credential().startsWith("jwt:") ? members.get(caller.principal().subject()) : null;
    if (member == null && roles.isEmpty()) {
      return caller;
    }
    var allRoles = new HashSet<>(caller.roles());
    var allTeams = new HashSet<>(caller.teams());
    if (member != null) {
      allRoles.addAll(member.roles());
      allTeams.addAll(member.teams());
    }
    for (var role : Set.copyOf(allRoles)) {
      var custom = roles.get(role);
      if (custom != null) {
        allRoles.addAll(custom.includes());
      }
    }
    return new Caller(
        caller.principal(),
        caller.credential(),
        caller.agent(),
        allRoles,
        allTeams,
        caller.scopes());
  }
}
