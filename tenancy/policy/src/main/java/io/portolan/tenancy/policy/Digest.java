package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Permission;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The rules about callers that the rules cannot tell apart. Thread-safe; what it keeps is bounded.
 */
final class Digest implements Access {
  private static final int SERVERS_MAX = 1_000;
  private static final int ITEMS_MAX = 500;

  /**
   * A rule that is about the callers.
   *
   * @param order its place in the rule set
   * @param rule the rule
   * @param isConditional whether its condition is still to be evaluated
   */
  record Applicable(int order, Rule rule, boolean isConditional) {
    /** What applies where no rules do. */
    static final List<Applicable> OPEN =
        List.of(
            new Applicable(
                -1, new Rule("none", Effect.ALLOW, Who.EVERYBODY, What.EVERYTHING, null), false));

    /** The rules with these numbers, which are those without and with a condition left. */
    static List<Applicable> of(RuleSet rules, BitSet always, BitSet conditional) {
      var about = new ArrayList<Applicable>();
      for (int i = 0; i < rules.rules().size(); i++) {
        if (always.get(i) || conditional.get(i)) {
          about.add(new Applicable(i, rules.rules().get(i), conditional.get(i)));
        }
      }
      return List.copyOf(about);
    }

    /** Its rule's name; empty where no rules apply. */
    String name() {
      return order < 0 ? "" : rule.name();
    }
  }

  private final RuleSet rules;
  private final Caller caller;
  private final List<Applicable> applicable;
  private final List<Applicable> aboutResults;
  private final List<Guardrail> guardrails = new ArrayList<>(0);
  private final Generations<String, ServerRules> servers = new Generations<>(SERVERS_MAX);
  private final Generations<Item, Permission> items = new Generations<>(ITEMS_MAX);

  /**
   * @param caller one of the callers; the only one if a condition still reads who calls
   */
  Digest(RuleSet rules, List<Applicable> applicable, BitSet looking, Caller caller) {
    this.rules = rules;
    this.caller = caller;
    this.applicable = applicable.stream().filter(each -> !each.rule().isAboutResults()).toList();
    this.aboutResults = applicable.stream().filter(each -> each.rule().isAboutResults()).toList();
    looking.stream().forEach(i -> guardrails.add(rules.guardrails().get(i)));
  }

  @Override
  public boolean isOpen() {
    return false;
  }

  @Override
  public boolean mayReach(String server, ItemKind kind) {
    return at(server).mayReach(kind);
  }

  @Override
  public Permission on(Item item) {
    return items.get(item, this::found);
  }

  private Permission found(Item asked) {
    var item = rules.rated(asked);
    var server = at(item.server());
    var about =
        guardrails.stream()
            .filter(guardrail -> guardrail.what().includesWhatComesOf(item, server.tier()))
            .toList();
    var aboutItem = new ArrayList<>(server.about(item));
    for (var each : aboutResults) {
      if (each.rule().what().includesWhatComesOf(item, server.tier())) {
        aboutItem.add(each);
      }
    }
    return ItemPermission.of(aboutItem, about, caller, item, server.tier());
  }

  private ServerRules at(String server) {
    return servers.get(server, name -> new ServerRules(name, rules.tierOf(name), applicable));
  }
}
