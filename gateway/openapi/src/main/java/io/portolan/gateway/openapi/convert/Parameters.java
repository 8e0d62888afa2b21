package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.convert.Parameter.Explode;
import io.portolan.gateway.openapi.convert.Parameter.In;
import io.portolan.gateway.openapi.convert.Parameter.Reserved;
import io.portolan.gateway.openapi.convert.Parameter.Style;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/*
 * Two parameters may have one name in different places, and a body may be called as one of them is:
 * the first one, in the order path, query, header, cookie, keeps the name, the others have their place
 * before it. Headers that the gateway writes, and those that carry a credential, are not for callers.
 */

/** Reads the parameters of operations. For one thread. */
final class Parameters {
  static final Pattern IN_PATH = Pattern.compile("\\{([^{}]+)}");
  private static final int DESCRIPTION_MAX = 1_000;
  private static final Set<String> NOT_FOR_CALLERS =
      Set.of(
          "accept",
          "content-type",
          "authorization",
          "host",
          "content-length",
          "connection",
          "transfer-encoding",
          "upgrade",
          "te",
          "trailer",
          "expect",
          "cookie",
          "proxy-authorization",
          "traceparent",
          "accept-encoding");

  private final ApiDocument document;
  private final SchemaBook schemas;
  private final Set<String> hidden;

  /**
   * @param hidden parameters that are not for callers, as {@code in:name}
   */
  Parameters(ApiDocument document, SchemaBook schemas, Set<String> hidden) {
    this.document = document;
    this.schemas = schemas;
    this.hidden = Set.copyOf(hidden);
  }

  /** What an operation's parameters add to its input. */
  record Input(
      ObjectNode properties, Set<String> required, Set<String> references, Set<String> names) {}

  /** Adds the parameters of an operation to its input. */
  List<Parameter> read(Converter.Place place, Input input) throws DocumentRefusedException {
    var parameters = new ArrayList<Parameter>();
    for (var declared : declared(place)) {
      var in = in(declared);
      var name = declared.path("name").asString("");
      if (name.isEmpty()) {
        throw new DocumentRefusedException("a parameter has no name; expected one");
      }
      if (isForCallers(in, name)) {
        parameters.add(add(declared, in, name, input));
      }
    }
    undeclared(place, parameters, input);
    return parameters;
  }

  private boolean isForCallers(In in, String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return switch (in) {
      case PATH -> true;
      case HEADER -> !NOT_FOR_CALLERS.contains(lower) && !hidden.contains("header:" + lower);
      case QUERY -> !hidden.contains("query:" + name);
      case COOKIE -> !hidden.contains("cookie:" + name);
    };
  }

  /** The path's parameters and the operation's, which stand in for the path's of the same name. */
  private List<JsonNode> declared(Converter.Place place) throws DocumentRefusedException {
    var byName = new LinkedHashMap<String, JsonNode>();
    for (var holder : List.of(place.pathItem(), place.operation())) {
      for (var each : holder.path("parameters")) {
        var parameter = document.followed(each);
        byName.put(
            parameter.path("in").asString("") + ":" + parameter.path("name").asString(""),
            parameter);
      }
    }
    var all = new ArrayList<>(byName.values());
    for (var each : all) {
      var _ = in(each);
    }
    all.sort(Comparator.comparingInt(each -> order(each.path("in").asString(""))));
    return all;
  }

  private static int order(String in) {
    return List.of("path", "query", "header", "cookie").indexOf(in);
  }

  private static In in(JsonNode parameter) throws DocumentRefusedException {
    return switch (parameter.path("in").asString("")) {
      case "path" -> In.PATH;
      case "query" -> In.QUERY;
      case "header" -> In.HEADER;
      case "cookie" -> In.COOKIE;
      default ->
          throw new DocumentRefusedException(
              "the parameter '"
                  + ApiDocument.shown(parameter.path("name").asString(""))
                  + "' is in '"
                  + ApiDocument.shown(parameter.path("in").asString(""))
                  + "'; expected path, query, header or cookie");
    };
  }

  private Parameter add(JsonNode declared, In in, String name, Input input)
      throws DocumentRefusedException {
    var argument = argument(in, name, input.names());
    var content = declared.path("content").properties();
    var mediaType = content.isEmpty() ? null : content.iterator().next().getKey();
    var schema =
        mediaType == null
            ? declared.path("schema")
            : declared.path("content").path(mediaType).path("schema");
    var shown = schemas.translated(schema, input.references());
    if (shown instanceof ObjectNode object) {
      describe(object, declared, argument.equals(name) ? null : name);
    }
    input.properties().set(argument, shown);
    if (in == In.PATH || declared.path("required").asBoolean(false)) {
      input.required().add(argument);
    }
    var style = style(in, declared.path("style").asString(""));
    return new Parameter(
        argument,
        name,
        in,
        style,
        explode(style, declared.get("explode")),
        declared.path("allowReserved").asBoolean(false) ? Reserved.ALLOWED : Reserved.ENCODED,
        mediaType);
  }

  private static void describe(ObjectNode schema, JsonNode declared, @Nullable String name) {
    var text = declared.path("description").asString(schema.path("description").asString(""));
    var clipped =
        text.length() <= DESCRIPTION_MAX ? text : text.substring(0, DESCRIPTION_MAX) + "...";
    var sentAs = name == null ? "" : "Sent as " + name + ".";
    var all = clipped.isEmpty() || sentAs.isEmpty() ? clipped + sentAs : clipped + " " + sentAs;
    if (!all.isEmpty()) {
      schema.put("description", all);
    }
    if (declared.path("deprecated").asBoolean(false)) {
      schema.put("deprecated", true);
    }
  }

  private static String argument(In in, String name, Set<String> taken) {
    var plain = plain(name);
    if (taken.add(plain)) {
      return plain;
    }
    var other = plain(in.name().toLowerCase(Locale.ROOT) + "_" + name);
    var numbered = other;
    for (int i = 2; !taken.add(numbered); i++) {
      numbered = other.substring(0, Math.min(60, other.length())) + "_" + i;
    }
    return numbered;
  }

  private static String plain(String name) {
    var plain = name.replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("^_+|_+$", "");
    var some = plain.isEmpty() ? "x" : plain;
    return name.matches("[A-Za-z0-9._-]{1,64}")
        ? name
        : some.substring(0, Math.min(64, some.length()));
  }

  static Style style(In in, String style) {
    return switch (style) {
      case "label" -> Style.LABEL;
      case "matrix" -> Style.MATRIX;
      case "form" -> Style.FORM;
      case "spaceDelimited" -> Style.SPACE_DELIMITED;
      case "pipeDelimited" -> Style.PIPE_DELIMITED;
      case "deepObject" -> Style.DEEP_OBJECT;
      case "simple" -> Style.SIMPLE;
      default -> in == In.QUERY || in == In.COOKIE ? Style.FORM : Style.SIMPLE;
    };
  }

  static Explode explode(Style style, @Nullable JsonNode said) {
    if (said != null && said.isBoolean()) {
      return said.booleanValue() ? Explode.EACH : Explode.TOGETHER;
    }
    return style == Style.FORM || style == Style.DEEP_OBJECT ? Explode.EACH : Explode.TOGETHER;
  }

  /** A name in the path that nobody declared is a text. */
  private static void undeclared(Converter.Place place, List<Parameter> parameters, Input input) {
    var known = new HashSet<String>();
    parameters.stream()
        .filter(each -> each.in() == In.PATH)
        .forEach(each -> known.add(each.name()));
    var matcher = IN_PATH.matcher(place.path());
    while (matcher.find()) {
      var name = matcher.group(1);
      if (known.add(name)) {
        var argument = argument(In.PATH, name, input.names());
        input.properties().putObject(argument).put("type", "string");
        input.required().add(argument);
        parameters.add(
            new Parameter(
                argument, name, In.PATH, Style.SIMPLE, Explode.TOGETHER, Reserved.ENCODED, null));
      }
    }
  }
}
