package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.ApiDocument.Dialect;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/*
 * Keyword by keyword: what 2020-12 does not know, or what is not of the kind that stands behind a
 * keyword, is left out, so that whatever comes out is valid 2020-12. What says less lets more through;
 * nothing is refused that the author's own words would let through, but for references to nothing.
 *
 * `nullable` and boolean exclusive bounds are of 3.0, and many documents of 3.1 have them all the same:
 * they are understood in both.
 */

/** Puts schemas of OpenAPI 3.0 and 3.1 into JSON Schema 2020-12. */
final class SchemaTranslation {
  private static final int EXAMPLE_MAX = 256;
  private static final int DESCRIPTION_MAX = 1_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ApiDocument document;
  private final Direction direction;
  private final int depthMax;
  private final UnaryOperator<String> names;

  /**
   * @param names what references are called in {@code $defs}
   */
  SchemaTranslation(
      ApiDocument document, Direction direction, int depthMax, UnaryOperator<String> names) {
    this.document = document;
    this.direction = direction;
    this.depthMax = depthMax;
    this.names = names;
  }

  JsonNode of(JsonNode schema, Set<String> references, int depth) throws DocumentRefusedException {
    if (schema.isBoolean()) {
      return schema;
    }
    if (!(schema instanceof ObjectNode in)) {
      return NODES.objectNode();
    }
    if (depth > depthMax) {
      throw new DocumentRefusedException(
          "a schema is nested more than " + depthMax + " deep; expected a flatter one");
    }
    var reference = in.path("$ref").asString("");
    if (!reference.isEmpty()) {
      return referring(reference, in, references, depth);
    }
    var out = NODES.objectNode();
    for (var member : in.properties()) {
      keyword(member.getKey(), member.getValue(), in, out, references, depth);
    }
    dropBound("exclusiveMinimum", "minimum", in, out);
    dropBound("exclusiveMaximum", "maximum", in, out);
    if (Bodies.isBytes(in)) {
      out.put("contentEncoding", "base64");
    }
    discriminated(in, out);
    return in.path("nullable").asBoolean(false) ? nullable(out) : out;
  }

  private JsonNode referring(String reference, ObjectNode in, Set<String> references, int depth)
      throws DocumentRefusedException {
    var _ = document.target(reference); // there it is
    references.add(reference);
    var out = NODES.objectNode();
    var pointer = names.apply(reference).replace("~", "~0");
    out.put("$ref", "#/$defs/" + pointer);
    if (document.dialect() == Dialect.V31) {
      for (var member : in.properties()) {
        keyword(member.getKey(), member.getValue(), in, out, references, depth);
      }
    } else if (in.path("description").isString()) {
      out.put("description", clipped(in.path("description").stringValue()));
    }
    return in.path("nullable").asBoolean(false) ? nullable(out) : out;
  }

  private void keyword(
      String keyword,
      JsonNode value,
      ObjectNode in,
      ObjectNode out,
      Set<String> references,
      int depth)
      throws DocumentRefusedException {
    var kind = Keywords.kind(keyword);
    if (kind == null || !Keywords.fits(kind, keyword, value)) {
      return;
    }
    switch (kind) {
      case TEXT -> {
        if (keyword.equals("format") && value.stringValue().equals("binary")) {
          out.put("contentEncoding", "base64"); // JSON has no bytes
        } else {
          out.set(keyword, value);
        }
      }
      case NUMBER, COUNT, FLAG, ANYTHING -> out.set(keyword, value);
      case LIST -> out.set(keyword, distinct(value));
      case SCHEMA -> out.set(keyword, of(value, references, depth + 1));
      case SCHEMAS -> out.set(keyword, each(value, references, depth));
      case NAMED_SCHEMAS -> out.set(keyword, named(keyword, value, references, depth));
      case SPECIAL -> special(keyword, value, in, out, references, depth);
    }
  }

  private void special(
      String keyword,
      JsonNode value,
      ObjectNode in,
      ObjectNode out,
      Set<String> references,
      int depth)
      throws DocumentRefusedException {
    switch (keyword) {
      case "type" -> type(value, out);
      case "required" -> required(value, in, out);
      case "items" -> {
        if (value.isArray() && !value.isEmpty()) {
          out.set("prefixItems", each(value, references, depth));
        } else if (value.isObject() || value.isBoolean()) {
          out.set("items", of(value, references, depth + 1));
        }
      }
      case "description" -> {
        if (value.isString()) {
          out.put("description", clipped(value.stringValue()));
        }
      }
      case "exclusiveMinimum" -> exclusive(keyword, "minimum", value, in, out);
      case "exclusiveMaximum" -> exclusive(keyword, "maximum", value, in, out);
      case "example" -> {
        if (!in.has("examples") && value.toString().length() <= EXAMPLE_MAX) {
          out.putArray("examples").add(value);
        }
      }
      case "dependentRequired" -> dependentRequired(value, out);
      default -> throw new IllegalStateException("nobody looks at the keyword " + keyword);
    }
  }

  /** A boolean of 3.0 says whether the bound itself is excluded. */
  private static void exclusive(
      String keyword, String bound, JsonNode value, ObjectNode in, ObjectNode out) {
    if (value.isNumber()) {
      out.set(keyword, value);
    } else if (value.asBoolean(false) && in.path(bound).isNumber()) {
      out.set(keyword, in.path(bound));
    }
  }

  private static void dropBound(String keyword, String bound, ObjectNode in, ObjectNode out) {
    if (in.path(keyword).isBoolean() && out.has(keyword)) {
      out.remove(bound);
    }
  }

  private static void type(JsonNode value, ObjectNode out) {
    if (value.isString()) {
      var type = value.stringValue();
      if (Keywords.TYPES.contains(type)) {
        out.put("type", type);
      } else if (type.equals("file")) {
        out.put("type", "string");
      }
      return;
    }
    var types = new LinkedHashSet<String>();
    for (var each : value) {
      if (each.isString() && Keywords.TYPES.contains(each.stringValue())) {
        types.add(each.stringValue());
      }
    }
    if (!types.isEmpty()) {
      var array = out.putArray("type");
      types.forEach(array::add);
    }
  }

  private void required(JsonNode value, ObjectNode in, ObjectNode out)
      throws DocumentRefusedException {
    var required = new LinkedHashSet<String>();
    for (var each : value) {
      if (each.isString() && !isLeftOut(in.path("properties").get(each.stringValue()))) {
        required.add(each.stringValue());
      }
    }
    if (!required.isEmpty()) {
      var array = out.putArray("required");
      required.forEach(array::add);
    }
  }

  private static void dependentRequired(JsonNode value, ObjectNode out) {
    if (value.isObject()
        && value.properties().stream().allMatch(member -> isWords(member.getValue()))) {
      out.set("dependentRequired", value);
    }
  }

  private static boolean isWords(JsonNode value) {
    var words = new LinkedHashSet<String>();
    for (var each : value) {
      if (!each.isString() || !words.add(each.stringValue())) {
        return false;
      }
    }
    return value.isArray();
  }

  private static ArrayNode distinct(JsonNode list) {
    var seen = new LinkedHashSet<JsonNode>();
    list.forEach(seen::add);
    var array = NODES.arrayNode();
    seen.forEach(array::add);
    return array;
  }

  private ArrayNode each(JsonNode schemas, Set<String> references, int depth)
      throws DocumentRefusedException {
    var array = NODES.arrayNode();
    for (var each : schemas) {
      array.add(of(each, references, depth + 1));
    }
    return array;
  }

  private ObjectNode named(String keyword, JsonNode schemas, Set<String> references, int depth)
      throws DocumentRefusedException {
    var out = NODES.objectNode();
    for (var member : schemas.properties()) {
      if (!keyword.equals("properties") || !isLeftOut(member.getValue())) {
        out.set(member.getKey(), of(member.getValue(), references, depth + 1));
      }
    }
    return out;
  }

  /** Whether a property does not go this way. */
  private boolean isLeftOut(@Nullable JsonNode property) throws DocumentRefusedException {
    if (property == null || !property.isObject()) {
      return false;
    }
    if (property.path(direction.leftOut()).asBoolean(false)) {
      return true;
    }
    return property.path("$ref").isString()
        && document.followed(property).path(direction.leftOut()).asBoolean(false);
  }

  /** The same, or null. */
  private static ObjectNode nullable(ObjectNode schema) {
    var values = schema.path("enum");
    if (values.isArray() && !contains(values)) {
      ((ArrayNode) values).addNull();
    }
    var type = schema.path("type");
    if (schema.has("$ref")
        || schema.has("allOf")
        || schema.has("anyOf")
        || schema.has("oneOf")
        || schema.has("const")) {
      var either = NODES.objectNode();
      var description = schema.get("description");
      if (description != null) {
        either.set("description", description);
      }
      either.putArray("anyOf").add(schema).addObject().put("type", "null");
      return either;
    }
    if (type.isString() && !type.stringValue().equals("null")) {
      schema.putArray("type").add(type.stringValue()).add("null");
    } else if (type instanceof ArrayNode types
        && types.valueStream().noneMatch(each -> each.asString("").equals("null"))) {
      types.add("null");
    }
    return schema;
  }

  private static boolean contains(JsonNode values) {
    for (var each : values) {
      if (each.isNull()) {
        return true;
      }
    }
    return false;
  }

  /** Each alternative also says what the discriminating property is, so that one of them fits. */
  private void discriminated(ObjectNode in, ObjectNode out) throws DocumentRefusedException {
    var property = in.path("discriminator").path("propertyName").asString("");
    var keyword = in.has("oneOf") ? "oneOf" : "anyOf";
    if (property.isEmpty() || !(out.get(keyword) instanceof ArrayNode alternatives)) {
      return;
    }
    for (int i = 0; i < alternatives.size(); i++) {
      var reference = in.path(keyword).path(i).path("$ref").asString("");
      if (reference.isEmpty() || saysItself(reference, property)) {
        continue;
      }
      var each = NODES.objectNode();
      var both = each.putArray("allOf");
      both.add(alternatives.get(i));
      var says = both.addObject();
      var values = says.putObject("properties").putObject(property).putArray("enum");
      values(in.path("discriminator").path("mapping"), reference).forEach(values::add);
      says.putArray("required").add(property);
      alternatives.set(i, each);
    }
  }

  private boolean saysItself(String reference, String property) throws DocumentRefusedException {
    var said = document.followed(document.target(reference)).path("properties").path(property);
    var found = document.followed(said);
    return found.has("enum") || found.has("const");
  }

  private static Set<String> values(JsonNode mapping, String reference) {
    var name = reference.substring(reference.lastIndexOf('/') + 1);
    var values = new LinkedHashSet<String>();
    for (var member : mapping.properties()) {
      var to = member.getValue().asString("");
      if (to.equals(reference) || to.equals(name)) {
        values.add(member.getKey());
      }
    }
    if (values.isEmpty()) {
      values.add(name);
    }
    return values;
  }

  private static String clipped(String text) {
    return text.length() <= DESCRIPTION_MAX ? text : text.substring(0, DESCRIPTION_MAX) + "...";
  }
}
