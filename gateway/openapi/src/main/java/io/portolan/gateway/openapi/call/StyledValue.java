package io.portolan.gateway.openapi.call;

import io.portolan.gateway.openapi.convert.Parameter.Explode;
import io.portolan.gateway.openapi.convert.Parameter.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/*
 * The table of style values in OpenAPI 3.1 (4.8.12.4), which is RFC 6570 for all but the delimited
 * styles and deepObject. An object or array where the table has none is written as its JSON text.
 */

/** Writes one value as the style of its parameter or form field says. Stateless. */
final class StyledValue {
  private StyledValue() {}

  /** A name and a value of a query, form or cookie, both encoded. */
  record Pair(String name, String value) {}

  /** A scalar as text; anything else as its JSON text. */
  static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.isNull() ? "" : value.toString();
  }

  /** In a path or header: simple, label or matrix. */
  static String inPlace(
      String name, JsonNode value, Style style, Explode explode, UnaryOperator<String> encoded) {
    var each = explode == Explode.EACH;
    return switch (style) {
      case LABEL -> "." + joined(value, explode, each ? "." : ",", encoded);
      case MATRIX -> matrix(encoded.apply(name), value, explode, encoded);
      case SIMPLE, FORM, SPACE_DELIMITED, PIPE_DELIMITED, DEEP_OBJECT ->
          joined(value, explode, ",", encoded);
    };
  }

  private static String joined(
      JsonNode value, Explode explode, String between, UnaryOperator<String> encoded) {
    var parts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(item -> parts.add(encoded.apply(text(item))));
    } else if (value.isObject()) {
      for (var member : value.properties()) {
        var name = encoded.apply(member.getKey());
        var text = encoded.apply(text(member.getValue()));
        parts.add(explode == Explode.EACH ? name + "=" + text : name + "," + text);
      }
    } else {
      parts.add(encoded.apply(text(value)));
    }
    return String.join(between, parts);
  }

  private static String matrix(
      String name, JsonNode value, Explode explode, UnaryOperator<String> encoded) {
    var out = new StringBuilder();
    if (explode == Explode.EACH && value.isArray()) {
      value.forEach(
          item -> out.append(';').append(name).append('=').append(encoded.apply(text(item))));
    } else if (explode == Explode.EACH && value.isObject()) {
      value
          .properties()
          .forEach(
              member ->
                  out.append(';')
                      .append(encoded.apply(member.getKey()))
                      .append('=')
                      .append(encoded.apply(text(member.getValue()))));
    } else {
      out.append(';').append(name);
      var text = joined(value, Explode.TOGETHER, ",", encoded);
      if (!text.isEmpty()) {
        out.append('=').append(text);
      }
    }
    return out.toString();
  }

  /** In a query, form or cookie. */
  static List<Pair> pairs(
      String name, JsonNode value, Style style, Explode explode, UnaryOperator<String> encoded) {
    var pairs = new ArrayList<Pair>();
    var key = Percent.encoded(name);
    if (style == Style.DEEP_OBJECT && (value.isObject() || value.isArray())) {
      deep(key, value, encoded, pairs);
    } else if (value.isArray() && explode == Explode.EACH) {
      value.forEach(item -> pairs.add(new Pair(key, encoded.apply(text(item)))));
    } else if (value.isObject() && explode == Explode.EACH) {
      for (var member : value.properties()) {
        pairs.add(
            new Pair(Percent.encoded(member.getKey()), encoded.apply(text(member.getValue()))));
      }
    } else {
      pairs.add(new Pair(key, together(value, style, encoded)));
    }
    return pairs;
  }

  private static String together(JsonNode value, Style style, UnaryOperator<String> encoded) {
    var between =
        switch (style) {
          case SPACE_DELIMITED -> "%20";
          case PIPE_DELIMITED -> "%7C";
          case SIMPLE, LABEL, MATRIX, FORM, DEEP_OBJECT -> ",";
        };
    var parts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(item -> parts.add(encoded.apply(text(item))));
    } else if (value.isObject()) {
      for (var member : value.properties()) {
        parts.add(encoded.apply(member.getKey()));
        parts.add(encoded.apply(text(member.getValue())));
      }
    } else {
      parts.add(encoded.apply(text(value)));
    }
    return String.join(between, parts);
  }

  /** {@code a[b][c]=d}; the items of an array have its name. */
  private static void deep(
      String key, JsonNode value, UnaryOperator<String> encoded, List<Pair> pairs) {
    if (value.isObject()) {
      for (var member : value.properties()) {
        deep(
            key + "%5B" + Percent.encoded(member.getKey()) + "%5D",
            member.getValue(),
            encoded,
            pairs);
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        var item = value.get(i);
        // Of objects the members must not get mixed up.
        deep(item.isObject() ? key + "%5B" + i + "%5D" : key + "%5B%5D", item, encoded, pairs);
      }
    } else {
      pairs.add(new Pair(key, encoded.apply(text(value))));
    }
  }
}
