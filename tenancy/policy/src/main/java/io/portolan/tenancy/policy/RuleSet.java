package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All rules, and what they need to know of roles and servers. The order of rules means nothing:
 * what forbids wins over what asks for approval, and that over what allows; what nobody allows is
 * not allowed. Without any rule everything is allowed. Where there are rules, a tenant that none is
 * about may do nothing, except {@link TenantId#DEVELOPMENT}. Immutable.
 *
 * @param rules at most {@value #RULES_MAX}, with unique names
 * @param roles what roles there are
 * @param risks levels of tools, which count instead of what servers say; the worst that fits
 * @param tiers tiers of servers; the highest that fits
 * @param guardrails what looks at texts, in this order; at most {@value #GUARDRAILS_MAX}
 */
public record RuleSet(
    List<Rule> rules,
    Roles roles,
    List<RiskOf> risks,
    List<TierOf> tiers,
    List<Guardrail> guardrails) {
  /** The largest number of rules. */
  public static final int RULES_MAX = 10_000;

  /** The largest number of guardrails. */
  public static final int GUARDRAILS_MAX = 100;

  /** No rules: everything is allowed. */
  public static final RuleSet NONE = new RuleSet(List.of(), Roles.STANDARD, List.of(), List.of());

  /** Says the level of tools. */
  public record RiskOf(Patterns servers, Patterns tools, Risk level) {}

  /** Says the tier of servers. */
  public record TierOf(Patterns servers, Tier tier) {}

  public RuleSet {
    if (rules.size() > RULES_MAX) {
      throw new IllegalArgumentException("there are more than " + RULES_MAX + " rules");
    }
    var names = new HashSet<String>();
    for (var rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException("two rules are named '" + rule.name() + "'");
      }
    }
    // By name, so that the one that is said to have decided does not depend on the order written.
    rules = rules.stream().sorted(Comparator.comparing(Rule::name)).toList();
    risks = List.copyOf(risks);
    tiers = List.copyOf(tiers);
    guardrails = List.copyOf(guardrails);
    if (guardrails.size() > GUARDRAILS_MAX) {
      throw new IllegalArgumentException("there are more than " + GUARDRAILS_MAX + " guardrails");
    }
  }

  /** The same without anything that looks at texts. */
  public RuleSet(List<Rule> rules, Roles roles, List<RiskOf> risks, List<TierOf> tiers) {
    this(rules, roles, risks, tiers, List.of());
  }

  /** These rules, with the built-in roles, and levels as servers say. */
  public static RuleSet of(List<Rule> rules) {
    return new RuleSet(rules, Roles.STANDARD, List.of(), List.of());
  }

  /** Whether everything is allowed to a caller because no rule is about its tenant. */
  boolean isOpenTo(Caller caller) {
    if (rules.isEmpty()) {
      return true;
    }
    var tenant = caller.tenant();
    return tenant.equals(TenantId.DEVELOPMENT)
        && rules.stream().noneMatch(rule -> rule.who().tenants().match(tenant.value()));
  }

  /** All roles of a caller, also those that its roles include. */
  Set<String> rolesOf(Caller caller) {
    return roles.closure(caller.roles());
  }

  /** The tier of a server. */
  Tier tierOf(String server) {
    Tier highest = null;
    for (var entry : tiers) {
      if (entry.servers().match(server)
          && (highest == null || entry.tier().compareTo(highest) > 0)) {
        highest = entry.tier();
      }
    }
    return highest == null ? Tier.T2 : highest;
  }

  /** The item with the level that counts. */
  Item rated(Item item) {
    if (item.kind() != ItemKind.TOOL) {
      return item;
    }
    var worst = declared(item.server(), item.name());
    return worst == null || worst == item.risk()
        ? item
        : new Item(item.kind(), item.server(), item.name(), worst);
  }

  /** The worst level that is said of a tool; null when none is. */
  @Nullable Risk declared(String server, String tool) {
    Risk worst = null;
    for (var entry : risks) {
      if (entry.servers().match(server)
          && entry.tools().match(tool)
          && (worst == null || entry.level().compareTo(worst) > 0)) {
        worst = entry.level();
      }
    }
    return worst;
  }
}
