package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.ParamHeaders.Param;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Only keywords that hold schemas are followed: "x-mcp-header" as the name of a property, or inside
 * a default, an example or a constant, is data. Depth is bounded by the check of the text.
 */

/** Collects the {@code x-mcp-header} annotations of one schema. Not thread-safe; use once. */
final class AnnotatedSchema {
  private static final String ANNOTATION = "x-mcp-header";
  private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Where the value is one schema, or an array of them. */
  private static final List<String> SCHEMAS =
      List.of(
          "items",
          "prefixItems",
          "additionalItems",
          "contains",
          "additionalProperties",
          "unevaluatedProperties",
          "unevaluatedItems",
          "propertyNames",
          "contentSchema",
          "oneOf",
          "anyOf",
          "allOf",
          "not",
          "if",
          "then",
          "else");

  /** Where the value is an object of schemas. */
  private static final List<String> NAMED_SCHEMAS =
      List.of("patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions");

  private static final int DEPTH_MAX = 64;
  private static final byte[] ANNOTATION_BYTES = ANNOTATION.getBytes(StandardCharsets.US_ASCII);

  private enum Reach {
    /** From the root through nothing but {@code properties}. */
    STATIC,
    CONDITIONAL
  }

  private final List<Param> params = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();

  /** False, for most schemas, when the bytes show that there is no annotation. */
  static boolean mayHaveAnnotations(Slice schema) {
    var bytes = schema.array();
    var length = ANNOTATION_BYTES.length;
    for (int i = schema.from(); i < schema.to(); i++) {
      if (bytes[i] == '\\' && i + 1 < schema.to() && bytes[i + 1] == 'u') {
        return true; // a name may be written with escapes
      }
      if (bytes[i] == 'x'
          && i + length < schema.to()
          && Arrays.equals(bytes, i, i + length, ANNOTATION_BYTES, 0, length)) {
        return true;
      }
    }
    return false;
  }

  /** What was found, in the order of the schema. */
  List<Param> params() {
    return params;
  }

  /** Reads a root schema; returns what is wrong with an annotation, or null. */
  @Nullable String read(JsonView schema) {
    return read(schema, List.of(), Reach.STATIC);
  }

  private @Nullable String read(JsonView schema, List<String> path, Reach reach) {
    if (path.size() > DEPTH_MAX) {
      return "schema with " + ANNOTATION + " nested deeper than " + DEPTH_MAX + " levels";
    }
    var annotation = schema.get(ANNOTATION);
    var problem = annotation == null ? null : annotate(annotation, schema, path, reach);
    var properties = schema.view("properties");
    if (problem == null && properties != null) {
      problem = readNamed(properties, path, reach);
    }
    for (int i = 0; problem == null && i < SCHEMAS.size(); i++) {
      problem = readAny(schema.get(SCHEMAS.get(i)), path, SCHEMAS.get(i));
    }
    for (int i = 0; problem == null && i < NAMED_SCHEMAS.size(); i++) {
      var named = schema.view(NAMED_SCHEMAS.get(i));
      var inner = with(path, "<" + NAMED_SCHEMAS.get(i) + ">");
      problem = named == null ? null : readNamed(named, inner, Reach.CONDITIONAL);
    }
    return problem;
  }

  private @Nullable String readNamed(JsonView schemas, List<String> path, Reach reach) {
    String problem = null;
    for (int i = 0; problem == null && i < schemas.size(); i++) {
      var schema = schemas.value(i);
      if (schema.isObject()) {
        problem = read(JsonView.of(schema), with(path, schemas.name(i)), reach);
      }
    }
    return problem;
  }

  private @Nullable String readAny(@Nullable Slice value, List<String> path, String keyword) {
    if (value == null) {
      return null;
    }
    var inner = with(path, "<" + keyword + ">");
    if (value.isObject()) {
      return read(JsonView.of(value), inner, Reach.CONDITIONAL);
    }
    String problem = null;
    for (var schema : value.isArray() ? JsonList.items(value) : List.<Slice>of()) {
      if (problem == null && schema.isObject()) {
        problem = read(JsonView.of(schema), inner, Reach.CONDITIONAL);
      }
    }
    return problem;
  }

  private @Nullable String annotate(
      Slice annotation, JsonView schema, List<String> path, Reach reach) {
    var at = ANNOTATION + " at " + (path.isEmpty() ? "the root" : String.join(".", path));
    if (reach != Reach.STATIC || path.isEmpty()) {
      return at + ": only properties reached through nothing but \"properties\" may have one";
    }
    var name = annotation.isString() ? annotation.string() : "";
    if (name.isEmpty() || !name.chars().allMatch(AnnotatedSchema::isTokenCharacter)) {
      return at + ": " + MalformedJson.quoted(annotation) + " is not a header name";
    }
    var type = schema.string("type");
    if (type == null || !TYPES.contains(type)) {
      var written = schema.get("type");
      return at
          + ": the property's type must be string, integer or boolean, "
          + (written == null ? "it has none" : "got " + MalformedJson.quoted(written));
    }
    if (!taken.add(name.toLowerCase(Locale.ROOT))) {
      return at + ": \"" + name + "\" is there twice, case aside";
    }
    params.add(new Param(path, ParamHeaders.PREFIX + name));
    return null;
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static List<String> with(List<String> path, String step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }
}
