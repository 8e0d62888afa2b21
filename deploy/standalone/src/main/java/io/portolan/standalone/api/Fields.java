package io.portolan.standalone.api;

import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.JsonDocument;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Flag;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Nothing;
import io.portolan.standalone.document.Value.Numeral;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.standalone.document.Value.Text;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object that was sent. All methods throw {@link IllegalArgumentException}
 * for what is of the wrong kind, in words for the sender. A null counts as absent. Immutable.
 */
public final class Fields {
  private final Mapping object;

  private Fields(Mapping object) {
    this.object = object;
  }

  /** Those of an object that was read. */
  public static Fields of(Mapping object) {
    return new Fields(object);
  }

  /** Reads an object. */
  public static Fields parse(String json) {
    var findings = new Findings();
    var value = JsonDocument.parse(Path.of("body"), json, findings);
    if (!findings.problems().isEmpty()) {
      throw new IllegalArgumentException(findings.problems().getFirst().toString());
    }
    if (value.orElse(null) instanceof Mapping mapping) {
      return new Fields(mapping);
    }
    throw new IllegalArgumentException("the body is no JSON object");
  }

  /** All of it. */
  public Mapping object() {
    return object;
  }

  /** Refuses members with other names. */
  public Fields only(String... names) {
    var known = new TreeSet<>(List.of(names));
    for (var member : object.members()) {
      if (!known.contains(member.name())) {
        throw new IllegalArgumentException(
            "unknown member '" + member.name() + "'; expected some of " + known);
      }
    }
    return this;
  }

  /** Whether there is such a member, null or not. */
  public boolean has(String name) {
    return object.find(name).isPresent();
  }

  private @Nullable Value value(String name) {
    return object
        .find(name)
        .map(Value.Member::value)
        .filter(value -> !(value instanceof Nothing))
        .orElse(null);
  }

  private static IllegalArgumentException wrong(String name, Value found, String expected) {
    return new IllegalArgumentException(name + " is " + found.kind() + "; expected " + expected);
  }

  /** A string; null when it is absent. */
  public @Nullable String text(String name) {
    return switch (value(name)) {
      case null -> null;
      case Text text -> text.text();
      case Value other -> throw wrong(name, other, "a string");
    };
  }

  /** A string that must be there and must not be empty. */
  public String required(String name) {
    var text = text(name);
    if (text == null || text.isEmpty()) {
      throw new IllegalArgumentException(name + " is missing; expected a string");
    }
    return text;
  }

  /** An instant; null when it is absent. */
  public @Nullable Instant instant(String name) {
    var text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          name + " is '" + text + "'; expected an instant such as 2027-01-31T00:00:00Z", e);
    }
  }

  /** A whole number; null when it is absent. */
  public @Nullable Long number(String name) {
    return switch (value(name)) {
      case null -> null;
      case Numeral numeral when numeral.literal().matches("-?\\d{1,18}") ->
          Long.valueOf(numeral.literal());
      case Value other -> throw wrong(name, other, "a whole number");
    };
  }

  /** A number as it is written, without exponent; null when it is absent. */
  public @Nullable BigDecimal decimal(String name) {
    return switch (value(name)) {
      case null -> null;
      case Numeral numeral when numeral.literal().matches("-?\\d{1,18}(\\.\\d{1,18})?") ->
          new BigDecimal(numeral.literal());
      case Value other -> throw wrong(name, other, "a number");
    };
  }

  /** True or false; null when it is absent. */
  public @Nullable Boolean flag(String name) {
    return switch (value(name)) {
      case null -> null;
      case Flag flag -> flag.value();
      case Value other -> throw wrong(name, other, "true or false");
    };
  }

  /** A list of strings, each of them once, in their order. */
  public Set<String> words(String name, Set<String> otherwise) {
    var found = value(name);
    if (found == null) {
      return otherwise;
    }
    var words = new LinkedHashSet<String>();
    if (!(found instanceof Sequence list)) {
      throw wrong(name, found, "a list of strings");
    }
    for (var item : list.items()) {
      if (!(item instanceof Text word)) {
        throw wrong("a member of " + name, item, "a string");
      }
      words.add(word.text());
    }
    return words;
  }

  /** A list of objects; empty when it is absent. */
  public List<Fields> objects(String name) {
    var found = value(name);
    if (found == null) {
      return List.of();
    }
    if (!(found instanceof Sequence list)) {
      throw wrong(name, found, "a list of objects");
    }
    var objects = new ArrayList<Fields>();
    for (var item : list.items()) {
      if (!(item instanceof Mapping mapping)) {
        throw wrong("a member of " + name, item, "an object");
      }
      objects.add(new Fields(mapping));
    }
    return objects;
  }

  /** The strings that are members of an object, by their names; empty when it is absent. */
  public Map<String, String> texts(String name) {
    var found = value(name);
    if (found == null) {
      return Map.of();
    }
    if (!(found instanceof Mapping mapping)) {
      throw wrong(name, found, "an object of strings");
    }
    var texts = new LinkedHashMap<String, String>();
    for (var member : mapping.members()) {
      if (!(member.value() instanceof Text text)) {
        throw wrong(name + "." + member.name(), member.value(), "a string");
      }
      texts.put(member.name(), text.text());
    }
    return texts;
  }

  /** An object; null when it is absent. */
  public @Nullable Fields object(String name) {
    return switch (value(name)) {
      case null -> null;
      case Mapping mapping -> new Fields(mapping);
      case Value other -> throw wrong(name, other, "an object");
    };
  }

  /** The objects that are members of an object, by their names; empty when it is absent. */
  public Map<String, Fields> named(String name) {
    var found = value(name);
    if (found == null) {
      return Map.of();
    }
    if (!(found instanceof Mapping mapping)) {
      throw wrong(name, found, "an object of objects");
    }
    var named = new LinkedHashMap<String, Fields>();
    for (var member : mapping.members()) {
      if (!(member.value() instanceof Mapping each)) {
        throw wrong(name + "." + member.name(), member.value(), "an object");
      }
      named.put(member.name(), new Fields(each));
    }
    return named;
  }
}
