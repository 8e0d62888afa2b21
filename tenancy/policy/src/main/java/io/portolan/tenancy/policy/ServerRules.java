package io.portolan.tenancy.policy;

import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.policy.Digest.Applicable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a digest that are about one server, so ordered that those about an item are found
 * without going through all. Immutable.
 */
final class ServerRules {
  /**
   * Rules about one kind of items: those that name a few items exactly, by name, and the others.
   */
  private record OfKind(Map<String, List<Applicable>> exact, List<Applicable> others) {}

  private final String server;
  private final Tier tier;
  private final Map<ItemKind, OfKind> kinds = new EnumMap<>(ItemKind.class);
  private final Set<ItemKind> reachable = EnumSet.noneOf(ItemKind.class);

  ServerRules(String server, Tier tier, List<Applicable> all) {
    this.server = server;
    this.tier = tier;
    for (var kind : ItemKind.values()) {
      kinds.put(kind, new OfKind(new HashMap<>(), new ArrayList<>()));
    }
    for (var applicable : all) {
      var what = applicable.rule().what();
      for (var kind : ItemKind.values()) {
        if (what.mayInclude(server, kind, tier)) {
          add(applicable, what.names().get(kind), of(kind));
        }
      }
    }
    for (var kind : ItemKind.values()) {
      if (isReachable(kind)) {
        reachable.add(kind);
      }
    }
  }

  private static void add(Applicable applicable, @Nullable Patterns names, OfKind rules) {
    if (names != null && names.areExact()) {
      for (var name : names.written()) {
        rules.exact().computeIfAbsent(name, _ -> new ArrayList<>(1)).add(applicable);
      }
    } else {
      rules.others().add(applicable);
    }
  }

  private OfKind of(ItemKind kind) {
    return Objects.requireNonNull(kinds.get(kind));
  }

  Tier tier() {
    return tier;
  }

  /** The rules about an item, in order. */
  List<Applicable> about(Item item) {
    var rules = of(item.kind());
    var found = new ArrayList<Applicable>();
    for (var applicable : rules.others()) {
      if (applicable.rule().what().includes(item, tier)) {
        found.add(applicable);
      }
    }
    for (var applicable : rules.exact().getOrDefault(item.name(), List.of())) {
      if (applicable.rule().what().includes(item, tier)) {
        found.add(applicable);
      }
    }
    found.sort(Comparator.comparingInt(Applicable::order));
    return found;
  }

  /** Whether an item of a kind might exist. */
  boolean mayReach(ItemKind kind) {
    return reachable.contains(kind);
  }

  private boolean isReachable(ItemKind kind) {
    for (var applicable : of(kind).others()) {
      var rule = applicable.rule();
      if (rule.effect() == Effect.FORBID
          && !applicable.isConditional()
          && rule.what().includesAll(server, kind, tier)) {
        return false;
      }
    }
    return switch (kind) {
      case TOOL, RESOURCE, PROMPT, METHOD -> isAllowing(of(kind));
      case TASK -> isReachable(ItemKind.TOOL);
      case COMPLETION -> isReachable(ItemKind.PROMPT) || isReachable(ItemKind.RESOURCE);
    };
  }

  private static boolean isAllowing(OfKind rules) {
    return rules.others().stream().anyMatch(ServerRules::allows)
        || rules.exact().values().stream().flatMap(List::stream).anyMatch(ServerRules::allows);
  }

  private static boolean allows(Applicable applicable) {
    return applicable.rule().effect() != Effect.FORBID;
  }
}
