package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.Policy;
import io.portolan.tenancy.access.Risk;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A rule set as the gateway asks it. For each caller the rules about it are found once and kept;
 * callers that the rules cannot tell apart share what is kept. Of 20,000 callers at least it is
 * known what they may do; of more it is found again when they come back. Thread-safe.
 */
public final class RuleSetPolicy implements Policy {
  static final int CALLERS_MAX = 20_000;
  static final int DIGESTS_MAX = 1_000;

  private final RuleSet rules;
  private final Generations<Caller, Access> callers = new Generations<>(CALLERS_MAX);
  private final Generations<Key, Access> digests = new Generations<>(DIGESTS_MAX);

  /**
   * What rules can tell of a caller.
   *
   * @param openness whether rules count at all
   * @param always numbers of the rules that apply whatever is attempted, as far as the caller goes
   * @param conditional numbers of the rules whose conditions are still to be evaluated
   * @param told the caller itself, when one of those reads who calls; null otherwise
   * @param guardrails numbers of the guardrails that look at its calls
   */
  private record Key(
      Openness openness,
      BitSet always,
      BitSet conditional,
      @Nullable Caller told,
      BitSet guardrails) {}

  private enum Openness {
    /** Everything is allowed, because no rule is about the caller's tenant. */
    OPEN,
    RULED
  }

  /** These rules, for as long as they are in effect. */
  public RuleSetPolicy(RuleSet rules) {
    this.rules = rules;
  }

  @Override
  public Access of(Caller caller) {
    return rules.rules().isEmpty() && rules.guardrails().isEmpty()
        ? Access.OPEN
        : callers.get(caller, this::found);
  }

  @Override
  public @Nullable Risk declared(String server, String tool) {
    return rules.declared(server, tool);
  }

  private Access found(Caller caller) {
    var looking = guardrails(caller);
    if (rules.isOpenTo(caller)) {
      return looking.isEmpty() ? Access.OPEN : openButFor(looking, caller);
    }
    var key = key(caller, looking);
    return digests.get(
        key,
        _ ->
            new Digest(
                rules,
                Digest.Applicable.of(rules, key.always(), key.conditional()),
                looking,
                caller));
  }

  private Access openButFor(BitSet looking, Caller caller) {
    var none = new BitSet();
    return digests.get(
        new Key(Openness.OPEN, none, none, null, looking),
        _ -> new Digest(rules, Digest.Applicable.OPEN, looking, caller));
  }

  /** Conditions about callers alone are decided for good; broken ones stay. */
  private Key key(Caller caller, BitSet looking) {
    var always = new BitSet();
    var conditional = new BitSet();
    Caller told = null;
    var roles = rules.rolesOf(caller);
    for (int i = 0; i < rules.rules().size(); i++) {
      var rule = rules.rules().get(i);
      if (!rule.who().includes(caller, roles)) {
        continue;
      }
      var condition = rule.condition();
      if (condition == null) {
        always.set(i);
        continue;
      }
      var outcome =
          Values.isAboutCallers(condition)
              ? Values.settle(condition, caller, null, Tier.T2)
              : Values.OPEN_YET;
      switch (outcome) {
        case Condition.Outcome.Holds _ -> always.set(i);
        case Condition.Outcome.Fails _ -> {}
        case Condition.Outcome.Broken _ -> {
          conditional.set(i);
          told = condition.reads().contains(Condition.Variable.CALLER) ? caller : told;
        }
      }
    }
    return new Key(Openness.RULED, always, conditional, told, looking);
  }

  private BitSet guardrails(Caller caller) {
    var looking = new BitSet();
    var roles = rules.rolesOf(caller);
    for (int i = 0; i < rules.guardrails().size(); i++) {
      looking.set(i, rules.guardrails().get(i).who().includes(caller, roles));
    }
    return looking;
  }
}
