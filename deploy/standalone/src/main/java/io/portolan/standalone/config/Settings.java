package io.portolan.standalone.config;

import io.portolan.standalone.config.Limits.Bound;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Place;
import io.portolan.standalone.document.Quantity;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Nothing;
import io.portolan.standalone.document.Value.Numeral;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.standalone.document.Value.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one section of {@code portolan.yaml}. Remembers which keys were asked for, so
 * that {@link #rejectUnknown} can name the others. Environment variables in texts are replaced.
 */
final class Settings {
  /** For {@link #amount}: nothing behind the point. */
  static final int WHOLE = 0;

  /** For {@link #amount}: six digits behind the point. */
  static final int MILLIONTHS = 6;

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private final Mapping section;
  private final Map<String, String> variables;
  private final Findings findings;
  private final Set<String> known = new TreeSet<>();

  Settings(Mapping section, Map<String, String> variables, Findings findings) {
    this.section = section;
    this.variables = variables;
    this.findings = findings;
  }

  /** Where the section begins. */
  Place at() {
    return section.at();
  }

  Optional<Member> member(String key) {
    known.add(key);
    return section.find(key).filter(found -> !(found.value() instanceof Nothing));
  }

  Settings section(String key) {
    var members =
        member(key)
            .flatMap(
                member -> {
                  if (member.value() instanceof Mapping mapping) {
                    return Optional.of(mapping);
                  }
                  wrong(member, "keys with values below it");
                  return Optional.empty();
                })
            .orElseGet(() -> new Mapping(section.at(), List.of()));
    return new Settings(members, variables, findings);
  }

  /** The sections below a key, each under a name of the user's. */
  List<Named> named(String key) {
    var member = member(key);
    if (member.isEmpty()) {
      return List.of();
    }
    if (!(member.get().value() instanceof Mapping mapping)) {
      wrong(member.get(), "names with keys and values below them");
      return List.of();
    }
    var sections = new ArrayList<Named>();
    for (var each : mapping.members()) {
      if (each.value() instanceof Mapping section) {
        sections.add(new Named(each, new Settings(section, variables, findings), findings));
      } else {
        wrong(each, "keys with values below it");
      }
    }
    return sections;
  }

  /**
   * A section under a name of the user's.
   *
   * @param member where it stands
   */
  record Named(Member member, Settings settings, Findings findings) {
    String name() {
      return member.name();
    }

    /** Reports the section. */
    void wrong(String what, String expected) {
      findings.problem(member.at(), "'" + member.name() + "' " + what, expected);
    }
  }

  Optional<String> text(String key) {
    return member(key).flatMap(member -> text(member.value(), member, "a text"));
  }

  List<String> texts(String key) {
    var member = member(key);
    if (member.isEmpty()) {
      return List.of();
    }
    if (!(member.get().value() instanceof Sequence sequence)) {
      return text(member.get().value(), member.get(), "a list of texts").stream().toList();
    }
    var texts = new ArrayList<String>();
    for (var item : sequence.items()) {
      text(item, member.get(), "a list of texts").ifPresent(texts::add);
    }
    return texts;
  }

  int count(String key, int fallback, Bound bound) {
    var expected = "a whole number from " + bound.least() + " to " + bound.most();
    return member(key)
        .flatMap(
            member ->
                written(member)
                    .filter(text -> text.matches("\\d{1,9}"))
                    .map(Integer::valueOf)
                    .filter(bound::holds)
                    .or(() -> wrong(member, expected)))
        .orElse(fallback);
  }

  /** A number of more than 0 in units of the last of its {@code decimals} digits. */
  Optional<Long> amount(String key, int decimals) {
    var form = decimals == 0 ? "\\d{1,15}" : "\\d{1,9}(\\.\\d{1," + decimals + "})?";
    var expected =
        decimals == 0
            ? "a whole number from 1 to 999999999999999"
            : "a number of more than 0 with at most " + decimals + " digits behind the point";
    return member(key)
        .flatMap(
            member ->
                written(member)
                    .filter(text -> text.matches(form))
                    .map(text -> new BigDecimal(text).movePointRight(decimals).longValueExact())
                    .filter(amount -> amount > 0)
                    .or(() -> wrong(member, expected)));
  }

  int bytes(String key, int fallback, Bound bound) {
    var expected =
        "an amount with its unit such as 4MiB, from "
            + Quantity.shown(bound.least())
            + " to "
            + Quantity.shown(bound.most());
    return member(key)
        .flatMap(
            member ->
                written(member)
                    .flatMap(text -> Quantity.bytes(text).stream().boxed().findFirst())
                    .filter(bound::holds)
                    .map(Math::toIntExact)
                    .or(() -> wrong(member, expected)))
        .orElse(fallback);
  }

  Duration duration(String key, Duration fallback, Bound millis) {
    var expected =
        "a time with its unit such as 30s, from "
            + Quantity.shown(Duration.ofMillis(millis.least()))
            + " to "
            + Quantity.shown(Duration.ofMillis(millis.most()));
    return member(key)
        .flatMap(
            member ->
                written(member)
                    .flatMap(Quantity::duration)
                    .filter(duration -> millis.holds(duration.toMillis()))
                    .or(() -> wrong(member, expected)))
        .orElse(fallback);
  }

  <E extends Enum<E>> E choice(String key, E fallback) {
    return choice(key, fallback.getDeclaringClass()).orElse(fallback);
  }

  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    var constants = new LinkedHashMap<String, E>();
    for (var constant : type.getEnumConstants()) {
      constants.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return member(key)
        .flatMap(
            member ->
                written(member)
                    .flatMap(text -> Optional.ofNullable(constants.get(text)))
                    .or(() -> wrong(member, "one of " + String.join(", ", constants.keySet()))));
  }

  /** Reports each key nobody asked for, with the known one it is closest to. */
  void rejectUnknown() {
    for (var member : section.members()) {
      if (!known.contains(member.name())) {
        var nearest =
            NearestName.of(member.name(), known)
                .map(name -> "'" + name + "' (the nearest known key)")
                .orElse("one of " + String.join(", ", known));
        findings.problem(member.at(), "unknown key '" + member.name() + "'", nearest);
      }
    }
  }

  /** Reports a key's value; always empty, so that it can end a chain. */
  <T> Optional<T> wrong(Member member, String expected) {
    var shown = written(member).map(text -> "'" + text + "'").orElse(member.value().kind());
    findings.problem(member.value().at(), "'" + member.name() + "' is " + shown, expected);
    return Optional.empty();
  }

  private Optional<String> written(Member member) {
    return switch (member.value()) {
      case Text text -> Optional.of(expand(text));
      case Numeral number -> Optional.of(number.literal());
      case Value.Flag flag -> Optional.of(flag.value() ? "true" : "off");
      default -> Optional.empty();
    };
  }

  private Optional<String> text(Value value, Member member, String expected) {
    return switch (value) {
      case Text text -> Optional.of(expand(text));
      case Numeral number -> Optional.of(number.literal());
      default -> wrong(member, expected);
    };
  }

  private String expand(Text text) {
    return VARIABLE
        .matcher(text.text())
        .replaceAll(match -> Matcher.quoteReplacement(value(text, match.group(1), match.group(2))));
  }

  private String value(Text text, String name, @Nullable String fallback) {
    var value = variables.get(name);
    if (value != null) {
      return value;
    }
    if (fallback == null) {
      findings.problem(
          text.at(),
          "the environment variable " + name + " is not set",
          "a variable that is set, or a default as in ${NAME:-default}");
    }
    return fallback == null ? "" : fallback;
  }
}
