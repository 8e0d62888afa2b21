package io.portolan.e2e.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** HTTP header fields in their order; names are compared without case. Immutable. */
public record Headers(List<Field> fields) {
  public static final Headers NONE = new Headers(List.of());

  /** One line of a head. */
  public record Field(String name, String value) {}

  public Headers {
    fields = List.copyOf(fields);
  }

  public static Headers of(String... namesAndValues) {
    var headers = NONE;
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers = headers.plus(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  /** These and one more line, even if there is one of the same name. */
  public Headers plus(String name, String value) {
    var all = new ArrayList<>(fields);
    all.add(new Field(name, value));
    return new Headers(all);
  }

  /** These with exactly one line of that name. */
  public Headers with(String name, String value) {
    return without(name).plus(name, value);
  }

  public Headers without(String name) {
    return new Headers(
        fields.stream().filter(field -> !field.name().equalsIgnoreCase(name)).toList());
  }

  public Optional<String> first(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  /** Whether a comma-separated header names the token. */
  public boolean names(String header, String token) {
    return first(header).orElse("").toLowerCase(java.util.Locale.ROOT).contains(token);
  }

  /** As they stand in a head, each line with its CRLF. */
  public String lines() {
    return fields.stream()
        .map(field -> field.name() + ": " + field.value() + "\r\n")
        .collect(Collectors.joining());
  }
}
