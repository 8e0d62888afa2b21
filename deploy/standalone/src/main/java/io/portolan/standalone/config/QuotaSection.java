package io.portolan.standalone.config;

import io.portolan.standalone.config.Limits.Bound;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@code quotas} of {@code portolan.yaml}: a list in which each item names one tenant, team,
 * key, agent or tool, or {@code *} for each of them, and one or more amounts.
 */
final class QuotaSection {
  private static final Bound AMOUNT = new Bound(1, 999_999_999);
  private static final int RULES_MAX = 100;

  private final Map<String, String> variables;
  private final Findings findings;

  QuotaSection(Map<String, String> variables, Findings findings) {
    this.variables = variables;
    this.findings = findings;
  }

  List<QuotaRule> of(Member member) {
    if (!(member.value() instanceof Sequence sequence)) {
      findings.problem(
          member.value().at(), "'quotas' is " + member.value().kind(), "a list of quotas");
      return List.of();
    }
    var rules = new ArrayList<QuotaRule>();
    for (var item : sequence.items()) {
      if (item instanceof Mapping mapping) {
        rules.addAll(of(mapping));
      } else {
        findings.problem(item.at(), "a quota is " + item.kind(), "keys with values");
      }
    }
    if (rules.size() > RULES_MAX) {
      findings.problem(
          member.at(), "there are " + rules.size() + " quotas", "at most " + RULES_MAX);
      return List.of();
    }
    return rules;
  }

  private List<QuotaRule> of(Mapping mapping) {
    var settings = new Settings(mapping, variables, findings);
    var rules = new ArrayList<QuotaRule>();
    var scopes = 0;
    for (var scope : Scope.values()) {
      var name =
          settings.text(scope.name().toLowerCase(Locale.ROOT)).filter(text -> !text.isBlank());
      if (name.isPresent()) {
        scopes++;
        for (var measure : Measure.values()) {
          var amount = amount(settings, measure);
          if (amount > 0) {
            rules.add(new QuotaRule(scope, name.get(), measure, amount));
          }
        }
      }
    }
    if (scopes != 1) {
      findings.problem(
          mapping.at(),
          "a quota names " + scopes + " scopes",
          "exactly one of tenant, team, key, agent, tool");
      return List.of();
    }
    if (rules.isEmpty()) {
      findings.problem(
          mapping.at(),
          "a quota limits nothing",
          "one of "
              + Stream.of(Measure.values()).map(Measure::label).collect(Collectors.joining(", ")));
    }
    settings.rejectUnknown();
    return rules;
  }

  private static long amount(Settings settings, Measure measure) {
    return switch (measure.unit()) {
      case CALLS -> settings.count(measure.label(), 0, AMOUNT);
      case TOKENS -> settings.amount(measure.label(), Settings.WHOLE).orElse(0L);
      case MICRO_MONEY -> settings.amount(measure.label(), Settings.MILLIONTHS).orElse(0L);
    };
  }
}
