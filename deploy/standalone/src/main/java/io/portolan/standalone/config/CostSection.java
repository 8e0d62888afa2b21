package io.portolan.standalone.config;

import io.portolan.gateway.core.cost.Price;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code costs} of {@code portolan.yaml}: a list in which each item names a server, may name
 * one of its tools, and says what a call costs.
 */
final class CostSection {
  private static final String MONEY = "money";
  private static final String TOKENS = "tokens";
  private static final String TOKENS_AT = "tokens-at";
  private static final String PER_THOUSAND = "money-per-1000-tokens";
  private static final String PATH = "/(_meta|structuredContent)(/[^/~]+){1,7}";

  private final Map<String, String> variables;
  private final Findings findings;

  CostSection(Map<String, String> variables, Findings findings) {
    this.variables = variables;
    this.findings = findings;
  }

  List<Price> of(Member member) {
    if (!(member.value() instanceof Sequence sequence)) {
      findings.problem(
          member.value().at(), "'costs' is " + member.value().kind(), "a list of costs");
      return List.of();
    }
    var prices = new ArrayList<Price>();
    var tools = new HashSet<List<Object>>();
    for (var item : sequence.items()) {
      if (!(item instanceof Mapping mapping)) {
        findings.problem(item.at(), "a cost is " + item.kind(), "keys with values");
        continue;
      }
      var price = of(mapping);
      if (price.isPresent()
          && !tools.add(List.of(price.get().server(), Optional.ofNullable(price.get().tool())))) {
        findings.problem(
            item.at(), "the costs name this tool twice", "one item for each tool of a server");
      }
      price.ifPresent(prices::add);
    }
    if (prices.size() > Prices.PRICES_MAX) {
      findings.problem(
          member.at(), "there are " + prices.size() + " costs", "at most " + Prices.PRICES_MAX);
      return List.of();
    }
    return prices;
  }

  private Optional<Price> of(Mapping mapping) {
    var settings = new Settings(mapping, variables, findings);
    var server = settings.text("server").filter(text -> !text.isBlank());
    var tool = settings.text("tool").filter(text -> !text.isBlank());
    var money = settings.amount(MONEY, Settings.MILLIONTHS).orElse(0L);
    var tokens = settings.amount(TOKENS, Settings.WHOLE).orElse(0L);
    var perThousand = settings.amount(PER_THOUSAND, Settings.MILLIONTHS).orElse(0L);
    var at = settings.text(TOKENS_AT);
    settings.rejectUnknown();
    if (server.isEmpty()) {
      findings.problem(mapping.at(), "a cost names no server", "'server', as it is named here");
      return Optional.empty();
    }
    if (at.isPresent() && !at.get().matches(PATH)) {
      findings.problem(
          mapping.at(),
          "'" + TOKENS_AT + "' is '" + at.get() + "'",
          "a path in the result such as /_meta/usage/totalTokens");
      return Optional.empty();
    }
    var path = at.map(text -> List.of(text.substring(1).split("/"))).orElse(List.of());
    if (money == 0 && tokens == 0 && path.isEmpty()) {
      findings.problem(
          mapping.at(), "a cost costs nothing", MONEY + ", " + TOKENS + " or " + TOKENS_AT);
      return Optional.empty();
    }
    if (money > Price.MOST || tokens > Price.MOST || perThousand > Price.MOST) {
      findings.problem(mapping.at(), "a cost is too large", "at most a million, or 10^12 tokens");
      return Optional.empty();
    }
    return Optional.of(
        new Price(server.get(), tool.orElse(null), money, tokens, path, perThousand));
  }
}
