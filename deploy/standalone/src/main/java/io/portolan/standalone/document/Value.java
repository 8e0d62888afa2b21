package io.portolan.standalone.document;

import java.util.List;
import java.util.Optional;

/** A value as it was written in a file, with its place. Immutable. */
public sealed interface Value {
  /** Where the value begins. */
  Place at();

  /** What the value is, in the words of a message: "a string", "an object". */
  String kind();

  /** A string. */
  record Text(Place at, String text) implements Value {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /**
   * A number.
   *
   * @param literal as it was written, not rounded
   */
  record Numeral(Place at, String literal) implements Value {
    @Override
    public String kind() {
      return "the number " + literal;
    }
  }

  /** True or false. */
  record Flag(Place at, boolean value) implements Value {
    @Override
    public String kind() {
      return String.valueOf(value);
    }
  }

  /** A null, or in YAML a key without a value. */
  record Nothing(Place at) implements Value {
    @Override
    public String kind() {
      return "null";
    }
  }

  /** A list. */
  record Sequence(Place at, List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "an array";
    }
  }

  /** An object; names are unique, since a reader reports repeated ones and keeps the first. */
  record Mapping(Place at, List<Member> members) implements Value {
    public Mapping {
      members = List.copyOf(members);
    }

    /** The member of that name. */
    public Optional<Member> find(String name) {
      return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /**
   * One name with its value.
   *
   * @param at where the name stands
   */
  record Member(Place at, String name, Value value) {}
}
