package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule set says of one attempt, and of its result where there is one, rule by rule: the
 * plain meaning of the rules, of which {@link RuleSetPolicy} is the fast form.
 *
 * @param decision what becomes of the attempt
 * @param matched the rules that are about this caller and item, by name
 */
public record Explanation(Decision decision, List<Matched> matched) {
  public Explanation {
    matched = List.copyOf(matched);
  }

  /** What the condition of a rule came to. */
  public enum Verdict {
    APPLIES,
    /** Its condition is false. */
    DOES_NOT_APPLY,
    /** Its condition has no value, which allows nothing. */
    BROKEN,
    /** It is asked with the result, and there is none to ask about. */
    NOT_ASKED
  }

  /**
   * A rule that is about the caller and the item.
   *
   * @param rule the rule
   * @param verdict whether it applies
   * @param reason why its condition has no value; empty otherwise
   */
  public record Matched(Rule rule, Verdict verdict, String reason) {}

  /** Goes through all rules. */
  public static Explanation of(RuleSet rules, Caller caller, Item asked, Attempt attempt) {
    return of(rules, caller, asked, attempt, Until.THE_CALL);
  }

  /** How far an attempt has come. */
  public enum Until {
    /** It is yet to be made. */
    THE_CALL,
    /** It has a result. */
    THE_RESULT
  }

  /** Goes through all rules that are asked until then. */
  public static Explanation of(
      RuleSet rules, Caller caller, Item asked, Attempt attempt, Until until) {
    if (rules.isOpenTo(caller)) {
      return new Explanation(new Decision.Allowed(""), List.of());
    }
    var item = rules.rated(asked);
    var tier = rules.tierOf(item.server());
    var roles = rules.rolesOf(caller);
    var matched = new ArrayList<Matched>();
    for (var rule : rules.rules()) {
      var isAbout =
          rule.isAboutResults()
              ? rule.what().includesWhatComesOf(item, tier)
              : rule.what().includes(item, tier);
      if (isAbout && rule.who().includes(caller, roles)) {
        matched.add(
            rule.isAboutResults() && until == Until.THE_CALL
                ? new Matched(rule, Verdict.NOT_ASKED, "")
                : matched(rule, caller, item, tier, attempt));
      }
    }
    var before = matched.stream().filter(each -> !each.rule().isAboutResults()).toList();
    var decision = decision(before, item, attempt);
    return new Explanation(
        decision.isAllowed() ? afterwards(decision, matched) : decision, matched);
  }

  private static Matched matched(Rule rule, Caller caller, Item item, Tier tier, Attempt attempt) {
    var condition = rule.condition();
    if (condition == null) {
      return new Matched(rule, Verdict.APPLIES, "");
    }
    try {
      return switch (condition.evaluate(Values.of(condition, caller, item, tier, attempt))) {
        case Condition.Outcome.Holds _ -> new Matched(rule, Verdict.APPLIES, "");
        case Condition.Outcome.Fails _ -> new Matched(rule, Verdict.DOES_NOT_APPLY, "");
        case Condition.Outcome.Broken(var reason) -> new Matched(rule, Verdict.BROKEN, reason);
      };
    } catch (Attempt.Unreadable e) {
      return new Matched(rule, Verdict.BROKEN, String.valueOf(e.getMessage()));
    }
  }

  /** What becomes of the result of what was allowed. */
  private static Decision afterwards(Decision allowed, List<Matched> matched) {
    var after = matched.stream().filter(each -> each.rule().isAboutResults()).toList();
    var withholds = first(after, Effect.FORBID, Verdict.APPLIES);
    if (withholds != null) {
      return new Decision.Withheld(withholds.rule().name());
    }
    var broken = first(after, Effect.FORBID, Verdict.BROKEN);
    return broken != null
        ? new Decision.Undecidable(broken.rule().name(), broken.reason())
        : allowed;
  }

  private static Decision decision(List<Matched> matched, Item item, Attempt attempt) {
    var forbids = first(matched, Effect.FORBID, Verdict.APPLIES);
    if (forbids != null) {
      return new Decision.Forbidden(forbids.rule().name());
    }
    for (var effect : List.of(Effect.FORBID, Effect.APPROVE)) {
      var broken = first(matched, effect, Verdict.BROKEN);
      if (broken != null) {
        return new Decision.Undecidable(broken.rule().name(), broken.reason());
      }
    }
    var approves = first(matched, Effect.APPROVE, Verdict.APPLIES);
    if (approves != null) {
      return new Decision.ApprovalNeeded(approves.rule().name(), item, attempt.argumentsHash());
    }
    var allows = first(matched, Effect.ALLOW, Verdict.APPLIES);
    if (allows != null) {
      return new Decision.Allowed(allows.rule().name());
    }
    if (!item.kind().needsAllowing()) {
      return new Decision.Allowed("");
    }
    var broken = first(matched, Effect.ALLOW, Verdict.BROKEN);
    return broken != null
        ? new Decision.Undecidable(broken.rule().name(), broken.reason())
        : new Decision.NotAllowed();
  }

  private static @Nullable Matched first(List<Matched> matched, Effect effect, Verdict verdict) {
    for (var one : matched) {
      if (one.rule().effect() == effect && one.verdict() == verdict) {
        return one;
      }
    }
    return null;
  }
}
