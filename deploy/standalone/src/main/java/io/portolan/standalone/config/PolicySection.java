package io.portolan.standalone.config;

import io.portolan.standalone.config.Limits.Bound;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Condition;
import io.portolan.tenancy.policy.Conditions;
import io.portolan.tenancy.policy.Effect;
import io.portolan.tenancy.policy.Glob;
import io.portolan.tenancy.policy.Guardrail;
import io.portolan.tenancy.policy.Patterns;
import io.portolan.tenancy.policy.Roles;
import io.portolan.tenancy.policy.Rule;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.Tier;
import io.portolan.tenancy.policy.What;
import io.portolan.tenancy.policy.Who;
import io.portolan.tenancy.policy.guardrail.Filter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the rules: the section {@code policy}, or the file that it names. */
final class PolicySection {
  /** The keys of a rule that name items of one kind. */
  private static final Map<String, ItemKind> KINDS =
      Map.of(
          "tools", ItemKind.TOOL,
          "resources", ItemKind.RESOURCE,
          "prompts", ItemKind.PROMPT,
          "completions", ItemKind.COMPLETION,
          "tasks", ItemKind.TASK,
          "methods", ItemKind.METHOD);

  /** What guardrails can look for. */
  private enum FilterName {
    SECRETS,
    PII,
    INJECTION,
    SIZE
  }

  private final Map<String, String> variables;
  private final Findings findings;
  private final Set<String> names = new HashSet<>();
  private Roles roles = Roles.STANDARD;
  private @Nullable Conditions conditions; // made when it is needed: it takes a while

  PolicySection(Map<String, String> variables, Findings findings) {
    this.variables = variables;
    this.findings = findings;
  }

  /** The rules of a section; what is wrong is in the findings. */
  RuleSet read(Settings section) {
    roles = roles(section);
    var risks =
        each(
            section,
            "risk",
            entry ->
                new RuleSet.RiskOf(
                    patterns(entry, "servers"),
                    patterns(entry, "tools"),
                    needed(entry, "level", Risk.class, Risk.L3)));
    var tiers =
        each(
            section,
            "tiers",
            entry ->
                new RuleSet.TierOf(
                    patterns(entry, "servers"), needed(entry, "tier", Tier.class, Tier.T2)));
    var rules = each(section, "rules", this::rule);
    names.clear(); // guardrails have names of their own
    var guardrails = each(section, "guardrails", this::guardrail);
    section.rejectUnknown();
    tooMany(section, "rules", rules.size(), RuleSet.RULES_MAX);
    tooMany(section, "guardrails", guardrails.size(), RuleSet.GUARDRAILS_MAX);
    return findings.problems().isEmpty()
        ? new RuleSet(rules, roles, risks, tiers, guardrails)
        : RuleSet.NONE;
  }

  private void tooMany(Settings section, String key, int count, int max) {
    if (count > max) {
      section
          .member(key)
          .ifPresent(
              member ->
                  findings.problem(
                      member.at(), "there are " + count + " " + key, "at most " + max));
    }
  }

  private Roles roles(Settings section) {
    var custom = new HashMap<String, Set<String>>();
    var member = section.member("roles");
    if (member.isEmpty()) {
      return Roles.STANDARD;
    }
    if (!(member.get().value() instanceof Mapping mapping)) {
      section.wrong(member.get(), "the name of each role with those that it includes");
      return Roles.STANDARD;
    }
    var each = new Settings(mapping, variables, findings);
    for (var role : mapping.members()) {
      custom.put(role.name(), Set.copyOf(each.texts(role.name())));
    }
    try {
      return new Roles(custom);
    } catch (IllegalArgumentException e) {
      findings.problem(
          member.get().at(), String.valueOf(e.getMessage()), "roles that include other ones");
      return Roles.STANDARD;
    }
  }

  private <T> List<T> each(Settings section, String key, Function<Settings, T> read) {
    var member = section.member(key);
    if (member.isEmpty()) {
      return List.of();
    }
    if (!(member.get().value() instanceof Sequence sequence)) {
      section.wrong(member.get(), "a list");
      return List.of();
    }
    var all = new ArrayList<T>();
    for (var item : sequence.items()) {
      if (item instanceof Mapping mapping) {
        var settings = new Settings(mapping, variables, findings);
        all.add(read.apply(settings));
        settings.rejectUnknown();
      } else {
        findings.problem(item.at(), "'" + key + "' has " + item.kind(), "keys with values");
      }
    }
    return all;
  }

  private Rule rule(Settings entry) {
    var name = name(entry);
    var effect = needed(entry, "effect", Effect.class, Effect.FORBID);
    var stage = stage(entry, effect);
    return new Rule(
        name,
        stage == Stage.RESULTS ? Effect.FORBID : effect,
        who(entry),
        what(entry),
        condition(entry, name, stage),
        stage);
  }

  /** When a rule is asked; what has happened can only be kept from the caller. */
  private Stage stage(Settings entry, Effect effect) {
    var member = entry.member("on");
    if (member.isEmpty()) {
      return Stage.ARGUMENTS;
    }
    if (!entry.text("on").orElse("").equals("result")) {
      entry.wrong(member.get(), "'result', or no 'on' for a rule that is asked before the call");
      return Stage.ARGUMENTS;
    }
    if (effect != Effect.FORBID) {
      findings.problem(
          member.get().value().at(),
          "a rule on results has the effect " + effect.name().toLowerCase(Locale.ROOT),
          "'forbid': what came of a call can only be withheld");
    }
    return Stage.RESULTS;
  }

  private Guardrail guardrail(Settings entry) {
    var name = name(entry);
    var action = needed(entry, "action", Guardrail.Action.class, Guardrail.Action.REFUSE);
    var stages = choices(entry, "on", Stage.class);
    if (action == Guardrail.Action.RESTORE) {
      return restoring(entry, name, stages);
    }
    return new Guardrail(
        name,
        filter(entry),
        action,
        stages.isEmpty() ? EnumSet.allOf(Stage.class) : stages,
        who(entry),
        what(entry));
  }

  /** What puts texts back looks for placeholders, in arguments, and for nothing else. */
  private Guardrail restoring(Settings entry, String name, Set<Stage> stages) {
    if (stages.contains(Stage.RESULTS) || entry.member("filter").isPresent()) {
      findings.problem(
          entry.at(),
          "guardrail '" + name + "' restores what placeholders stand for",
          "no 'filter', and no other 'on' than [arguments]");
    }
    return new Guardrail(
        name,
        Filter.placeholders(),
        Guardrail.Action.RESTORE,
        Set.of(Stage.ARGUMENTS),
        who(entry),
        what(entry));
  }

  private Filter filter(Settings entry) {
    var charsMax = entry.count("chars-max", 100_000, new Bound(1, 4 << 20));
    return switch (needed(entry, "filter", FilterName.class, FilterName.SECRETS)) {
      case SECRETS -> Filter.secrets();
      case PII -> Filter.personalData();
      case INJECTION -> Filter.injectionMarkers();
      case SIZE -> Filter.longerThan(charsMax);
    };
  }

  private Who who(Settings entry) {
    return new Who(
        patterns(entry, "tenants"),
        patterns(entry, "teams"),
        patterns(entry, "principals"),
        roleNames(entry),
        patterns(entry, "agents"));
  }

  private What what(Settings entry) {
    var items = new EnumMap<ItemKind, Patterns>(ItemKind.class);
    KINDS.forEach(
        (key, kind) -> {
          if (entry.member(key).isPresent()) {
            items.put(kind, patterns(entry, key));
          }
        });
    return new What(
        patterns(entry, "servers"),
        items,
        choices(entry, "risk", Risk.class),
        choices(entry, "tiers", Tier.class));
  }

  private String name(Settings entry) {
    var name = entry.text("name").orElse("");
    var isUsable = !name.isBlank() && name.length() <= Rule.NAME_LENGTH_MAX;
    if (!isUsable || !names.add(name)) {
      findings.problem(
          entry.member("name").map(member -> member.value().at()).orElse(entry.at()),
          isUsable ? "another one is named '" + name + "'" : "it has no usable name",
          "a 'name' of its own, of 1 to " + Rule.NAME_LENGTH_MAX + " characters");
      return "unnamed-" + names.size() + "-" + entry.at();
    }
    return name;
  }

  private Patterns roleNames(Settings entry) {
    var known = roles.known();
    entry
        .member("roles")
        .ifPresent(
            member -> {
              for (var name : entry.texts("roles")) {
                if (!known.contains(name)) {
                  findings.problem(
                      member.value().at(),
                      "there is no role '" + name + "'",
                      NearestName.of(name, known)
                          .map(nearest -> "'" + nearest + "' (the nearest known role)")
                          .orElse("one of " + String.join(", ", known)));
                }
              }
            });
    return patterns(entry, "roles");
  }

  /** Names and patterns; a key that is there without any would mean all, which nobody means. */
  private Patterns patterns(Settings entry, String key) {
    var member = entry.member(key);
    if (member.isEmpty()) {
      return Patterns.ANY;
    }
    var texts = entry.texts(key);
    if (texts.isEmpty()
        || texts.stream().anyMatch(text -> text.isEmpty() || text.length() > Glob.LENGTH_MAX)) {
      findings.problem(
          member.get().value().at(),
          "'" + key + "' names nothing usable",
          "names or patterns with '*', of 1 to " + Glob.LENGTH_MAX + " characters");
      return Patterns.ANY;
    }
    return Patterns.of(texts);
  }

  private <E extends Enum<E>> E needed(Settings entry, String key, Class<E> type, E fallback) {
    var member = entry.member(key);
    if (member.isEmpty()) {
      findings.problem(entry.at(), "'" + key + "' is missing", oneOf(type));
      return fallback;
    }
    var text = entry.text(key).orElse("");
    return choice(entry, member.get(), text, type, fallback);
  }

  private <E extends Enum<E>> Set<E> choices(Settings entry, String key, Class<E> type) {
    var chosen = EnumSet.noneOf(type);
    entry
        .member(key)
        .ifPresent(
            member -> {
              var constants = type.getEnumConstants();
              for (var text : entry.texts(key)) {
                chosen.add(choice(entry, member, text, type, constants[0]));
              }
            });
    return chosen;
  }

  private <E extends Enum<E>> E choice(
      Settings entry, Member member, String text, Class<E> type, E fallback) {
    for (var constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    entry.wrong(member, oneOf(type));
    return fallback;
  }

  private static <E extends Enum<E>> String oneOf(Class<E> type) {
    var isLevel = type == Risk.class || type == Tier.class;
    var names = new ArrayList<String>();
    for (var constant : type.getEnumConstants()) {
      names.add(isLevel ? constant.name() : constant.name().toLowerCase(Locale.ROOT));
    }
    return "one of " + String.join(", ", names);
  }

  private @Nullable Condition condition(Settings entry, String rule, Stage stage) {
    var member = entry.member("when");
    var text = entry.text("when");
    if (member.isEmpty() || text.isEmpty()) {
      return null;
    }
    var compiler = conditions == null ? new Conditions() : conditions;
    conditions = compiler;
    return switch (compiler.compile(text.get(), stage)) {
      case Conditions.Compiled.Usable(var condition) -> condition;
      case Conditions.Compiled.Wrong(var message, var line, var column) -> {
        findings.problem(
            member.get().value().at(),
            "the condition of rule '"
                + rule
                + "' is wrong at its line "
                + line
                + ", column "
                + column
                + ": "
                + message.strip(),
            stage == Stage.RESULTS
                ? "CEL over result, args, caller, item and now that is true or false"
                : "CEL over args, caller, item and now (and result where the rule is 'on: result')"
                    + " that is true or false");
        yield null;
      }
    };
  }

  /** What a file holds, or nothing when it is no section. */
  static Mapping section(Value root, Findings findings) {
    if (root instanceof Mapping mapping) {
      return mapping;
    }
    findings.problem(root.at(), "the file holds " + root.kind(), "keys with values");
    return new Mapping(root.at(), List.of());
  }
}
