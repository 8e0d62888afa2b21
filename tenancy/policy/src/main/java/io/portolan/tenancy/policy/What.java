package io.portolan.tenancy.policy;

import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import java.util.Map;
import java.util.Set;

/**
 * What a rule is about: items that fit every member.
 *
 * @param servers their server
 * @param names for each kind that is meant, their names; empty when every item is meant
 * @param risks their level; empty for any. Only tools have one
 * @param tiers their server's tier; empty for any
 */
public record What(
    Patterns servers, Map<ItemKind, Patterns> names, Set<Risk> risks, Set<Tier> tiers) {
  /** Everything. */
  public static final What EVERYTHING = new What(Patterns.ANY, Map.of(), Set.of(), Set.of());

  public What {
    names = Map.copyOf(names);
    risks = Set.copyOf(risks);
    tiers = Set.copyOf(tiers);
  }

  /** Whether some item of a kind at a server may be meant. */
  boolean mayInclude(String server, ItemKind kind, Tier tier) {
    return servers.match(server)
        && (names.isEmpty() || names.containsKey(kind))
        && (risks.isEmpty() || kind == ItemKind.TOOL)
        && (tiers.isEmpty() || tiers.contains(tier));
  }

  /** Whether an item is meant. */
  boolean includes(Item item, Tier tier) {
    if (!mayInclude(item.server(), item.kind(), tier)) {
      return false;
    }
    var named = names.get(item.kind());
    return (named == null || named.match(item.name()))
        && (risks.isEmpty() || risks.contains(item.risk()));
  }

  /**
   * Whether what comes of an item is meant. Which tool a task is of is not known: what is about any
   * tool is about all tasks.
   */
  boolean includesWhatComesOf(Item item, Tier tier) {
    return includes(item, tier)
        || (item.kind() == ItemKind.TASK && mayInclude(item.server(), ItemKind.TOOL, tier));
  }

  /** Whether every item of a kind at a server is meant. */
  boolean includesAll(String server, ItemKind kind, Tier tier) {
    var named = names.get(kind);
    return mayInclude(server, kind, tier) && risks.isEmpty() && (named == null || named.isAny());
  }
}
