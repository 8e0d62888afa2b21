package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/*
 * What a reference points to is converted once for each direction, under a name that it has in the
 * whole document, and copied into the $defs of each tool that needs it. References stay references:
 * so recursion needs no care, and a schema that is used ten times is shown once.
 */

/**
 * The schemas of one document that are referred to, in JSON Schema 2020-12, for one direction. For
 * one thread.
 */
final class SchemaBook {
  private final ApiDocument document;
  private final Direction direction;
  private final DocumentLimits limits;
  private final Map<String, Entry> entries = new HashMap<>(); // by reference
  private final Map<String, String> names = new HashMap<>(); // by reference
  private final Map<String, Integer> taken = new HashMap<>(); // names, and the number last tried
  private final Map<String, Boolean> ofObjects = new HashMap<>(); // by reference
  private final SchemaTranslation translation;

  SchemaBook(ApiDocument document, Direction direction, DocumentLimits limits) {
    this.document = document;
    this.direction = direction;
    this.limits = limits;
    this.translation = new SchemaTranslation(document, direction, limits.depthMax(), this::name);
  }

  /** What a reference points to: its name, itself, and what it refers to in turn. */
  private record Entry(String name, JsonNode schema, Set<String> references, int bytes) {}

  /** A schema and the {@code $defs} that it needs. */
  record Whole(ObjectNode schema, Set<String> outlined) {}

  /** Whether all that fits a schema is an object. Of each reference this is found once. */
  boolean isOfObjects(JsonNode schema) throws DocumentRefusedException {
    var reference = schema.path("$ref").asString("");
    if (!reference.isEmpty()) {
      var known = ofObjects.putIfAbsent(reference, false); // also while it is being found
      if (known != null) {
        return known;
      }
      var found = isOfObjects(document.target(reference));
      ofObjects.put(reference, found);
      return found;
    }
    var type = schema.get("type");
    if (type != null) {
      var only = type.isArray() && type.size() == 1 ? type.get(0) : type;
      return only.asString("").equals("object") && !schema.path("nullable").asBoolean(false);
    }
    if (schema.path("nullable").asBoolean(false)) {
      return false;
    }
    for (var each : schema.path("allOf")) {
      if (isOfObjects(each)) {
        return true;
      }
    }
    for (var keyword : Set.of("oneOf", "anyOf")) {
      var alternatives = schema.path(keyword);
      if (!alternatives.isEmpty()) {
        for (var each : alternatives) {
          if (!isOfObjects(each)) {
            return false;
          }
        }
        return true;
      }
    }
    return schema.has("properties"); // meant so, where nothing is said of other types
  }

  /** A schema as it stands in 2020-12; what it refers to is noted in {@code references}. */
  JsonNode translated(JsonNode schema, Set<String> references) throws DocumentRefusedException {
    return translation.of(schema, references, 0);
  }

  /**
   * Adds to a root what it refers to, the nearest first, until {@code bytesMax}; what has no room
   * is there by name and takes anything.
   */
  Whole whole(ObjectNode root, Set<String> references, int bytesMax)
      throws DocumentRefusedException {
    var left = bytesMax - root.toString().length();
    var outlined = new LinkedHashSet<String>();
    var found = new LinkedHashMap<String, JsonNode>();
    var seen = new HashSet<>(references);
    var queue = new ArrayDeque<>(references);
    while (!queue.isEmpty()) {
      var entry = entry(queue.remove());
      left -= entry.bytes() + entry.name().length();
      if (left < 0) {
        outlined.add(entry.name());
        found.put(entry.name(), JsonNodeFactory.instance.objectNode());
        left += entry.bytes(); // something smaller may still fit
        continue;
      }
      found.put(entry.name(), entry.schema());
      for (var next : entry.references()) {
        if (seen.add(next)) {
          queue.add(next);
        }
      }
    }
    if (!found.isEmpty()) {
      var defs = root.putObject("$defs");
      found.forEach(defs::set);
    }
    return new Whole(root, outlined);
  }

  private Entry entry(String reference) throws DocumentRefusedException {
    var known = entries.get(reference);
    if (known != null) {
      return known;
    }
    var references = new LinkedHashSet<String>();
    var schema = translation.of(unlooped(reference), references, 0);
    var entry = new Entry(name(reference), schema, references, schema.toString().length());
    entries.put(reference, entry);
    return entry;
  }

  /** What a reference points to; an empty schema where it only ever points to itself. */
  private JsonNode unlooped(String reference) throws DocumentRefusedException {
    var seen = new HashSet<String>();
    var at = reference;
    for (int i = 0; i <= limits.depthMax(); i++) {
      if (!seen.add(at)) {
        return JsonNodeFactory.instance.objectNode();
      }
      var next = document.target(at).path("$ref").asString("");
      if (next.isEmpty()) {
        return document.target(reference);
      }
      at = next;
    }
    throw new DocumentRefusedException(
        "$ref '"
            + ApiDocument.shown(reference)
            + "' leads over more than "
            + limits.depthMax()
            + " references");
  }

  /**
   * What a reference is called in {@code $defs}: what its last part says, or that with a number.
   */
  private String name(String reference) {
    var known = names.get(reference);
    if (known != null) {
      return known;
    }
    var last = ApiDocument.unescaped(reference.substring(reference.lastIndexOf('/') + 1));
    var plain = last.replaceAll("[^A-Za-z0-9._-]", "_");
    var base = plain.isEmpty() || plain.equals("#") ? "root" : plain;
    var name = base;
    while (taken.putIfAbsent(name, 1) != null) {
      name = base + "_" + taken.merge(base, 1, Integer::sum);
    }
    names.put(reference, name);
    return name;
  }

  Direction direction() {
    return direction;
  }
}
