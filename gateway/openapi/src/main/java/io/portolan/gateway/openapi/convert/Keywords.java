package io.portolan.gateway.openapi.convert;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The keywords of JSON Schema 2020-12, and what may stand behind each. Stateless. */
final class Keywords {
  /** What stands behind a keyword. */
  enum Kind {
    TEXT,
    NUMBER,
    COUNT,
    FLAG,
    ANYTHING,
    LIST,
    SCHEMA,
    SCHEMAS,
    NAMED_SCHEMAS,
    /** Looked at by name. */
    SPECIAL
  }

  static final Set<String> TYPES =
      Set.of("null", "boolean", "object", "array", "number", "integer", "string");

  private static final Map<String, Kind> KINDS = kinds();

  private Keywords() {}

  private static Map<String, Kind> kinds() {
    var kinds = new HashMap<String, Kind>();
    put(kinds, Kind.TEXT, "title", "pattern", "format", "contentEncoding", "contentMediaType");
    put(kinds, Kind.NUMBER, "minimum", "maximum", "multipleOf");
    put(kinds, Kind.COUNT, "minLength", "maxLength", "minItems", "maxItems");
    put(kinds, Kind.COUNT, "minProperties", "maxProperties", "minContains", "maxContains");
    put(kinds, Kind.FLAG, "uniqueItems", "deprecated", "readOnly", "writeOnly");
    put(kinds, Kind.ANYTHING, "default", "const");
    put(kinds, Kind.LIST, "enum", "examples");
    put(kinds, Kind.SCHEMA, "additionalProperties", "contains", "not", "if", "then", "else");
    put(kinds, Kind.SCHEMA, "propertyNames", "unevaluatedItems", "unevaluatedProperties");
    put(kinds, Kind.SCHEMA, "contentSchema");
    put(kinds, Kind.SCHEMAS, "allOf", "anyOf", "oneOf", "prefixItems");
    put(kinds, Kind.NAMED_SCHEMAS, "properties", "patternProperties", "dependentSchemas");
    put(kinds, Kind.SPECIAL, "type", "required", "items", "description", "exclusiveMinimum");
    put(kinds, Kind.SPECIAL, "exclusiveMaximum", "example", "dependentRequired");
    return Map.copyOf(kinds);
  }

  private static void put(Map<String, Kind> kinds, Kind kind, String... keywords) {
    for (var keyword : keywords) {
      kinds.put(keyword, kind);
    }
  }

  /** What stands behind a keyword; null of what is no keyword: it says nothing about values. */
  static @Nullable Kind kind(String keyword) {
    return KINDS.get(keyword);
  }

  /** Whether a value may stand behind a keyword of a kind that is no schema. */
  static boolean fits(Kind kind, String keyword, JsonNode value) {
    return switch (kind) {
      case TEXT -> value.isString();
      case NUMBER ->
          value.isNumber() && (!keyword.equals("multipleOf") || value.decimalValue().signum() > 0);
      case COUNT ->
          value.isNumber()
              && value.decimalValue().signum() >= 0
              && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case FLAG -> value.isBoolean();
      case ANYTHING -> true;
      case LIST -> value.isArray() && !value.isEmpty();
      case SCHEMA -> value.isObject() || value.isBoolean();
      case SCHEMAS -> value.isArray() && !value.isEmpty();
      case NAMED_SCHEMAS -> value.isObject();
      case SPECIAL -> true;
    };
  }
}
