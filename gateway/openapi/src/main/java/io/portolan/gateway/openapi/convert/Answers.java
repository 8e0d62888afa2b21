package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.convert.ApiTool.Wrapping;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/*
 * A tool with an output schema promises structured content. So it has one only where every good answer
 * that the API describes is JSON. The root of an output schema is of objects: where an answer may be
 * something else, it stands as the member "result".
 */

/** Reads the good answers of operations. */
final class Answers {
  private final ApiDocument document;
  private final SchemaBook schemas;
  private final DocumentLimits limits;

  Answers(ApiDocument document, SchemaBook schemas, DocumentLimits limits) {
    this.document = document;
    this.schemas = schemas;
    this.limits = limits;
  }

  /**
   * What is known of the answers.
   *
   * @param schema of the structured content; null where there is none
   * @param accept media types that the API says it answers in
   * @param outlined what of the schema is not shown
   */
  record Output(
      @Nullable ObjectNode schema, Wrapping wrapping, Set<String> accept, Set<String> outlined) {}

  Output read(JsonNode operation) throws DocumentRefusedException {
    var accept = new LinkedHashSet<String>();
    var found = new LinkedHashSet<JsonNode>();
    var isAllJson = true;
    for (var answer : good(operation.path("responses"))) {
      var content = answer.path("content").properties();
      var json = new LinkedHashMap<String, JsonNode>();
      for (var each : content) {
        if (isJson(each.getKey(), each.getValue().path("schema"))) {
          json.put(each.getKey(), each.getValue().path("schema"));
        }
      }
      // Where an answer is to be had in JSON, nothing else is asked for.
      content.stream()
          .map(Map.Entry::getKey)
          .filter(type -> json.isEmpty() || json.containsKey(type))
          .filter(type -> type.matches("[!-~ ]{1,200}"))
          .forEach(accept::add);
      isAllJson &= !json.isEmpty() && json.values().stream().allMatch(JsonNode::isObject);
      found.addAll(json.values());
    }
    if (!isAllJson || found.isEmpty()) {
      return new Output(null, Wrapping.RESULT, accept, Set.of());
    }
    return output(List.copyOf(found), accept);
  }

  private boolean isJson(String mediaType, JsonNode schema) throws DocumentRefusedException {
    return MediaTypes.isJson(mediaType)
        || (MediaTypes.isRange(mediaType)
            && schema.isObject()
            && !Bodies.isBytes(document.followed(schema)));
  }

  private List<JsonNode> good(JsonNode responses) throws DocumentRefusedException {
    var good = new ArrayList<JsonNode>();
    for (var each : responses.properties()) {
      if (each.getKey().matches("2(\\d\\d|XX|xx)")) {
        good.add(document.followed(each.getValue()));
      }
    }
    if (good.isEmpty() && responses.has("default")) {
      good.add(document.followed(responses.path("default")));
    }
    return good;
  }

  private Output output(List<JsonNode> found, Set<String> accept) throws DocumentRefusedException {
    var references = new LinkedHashSet<String>();
    var isOfObjects = true;
    var alternatives = new LinkedHashSet<JsonNode>();
    for (var each : found) {
      isOfObjects &= schemas.isOfObjects(each);
      alternatives.add(schemas.translated(each, references));
    }
    JsonNode schema = alternatives.iterator().next();
    if (alternatives.size() > 1) {
      var either = JsonNodeFactory.instance.objectNode();
      var anyOf = either.putArray("anyOf");
      alternatives.forEach(anyOf::add);
      schema = either;
    }
    ObjectNode root;
    if (isOfObjects && schema instanceof ObjectNode object) {
      root = JsonNodeFactory.instance.objectNode().put("type", "object");
      object.properties().stream()
          .filter(member -> !member.getKey().equals("type"))
          .forEach(member -> root.set(member.getKey(), member.getValue()));
    } else {
      root = JsonNodeFactory.instance.objectNode().put("type", "object");
      root.putObject("properties").set("result", schema);
      root.putArray("required").add("result");
    }
    var wrapping = isOfObjects ? Wrapping.PLAIN : Wrapping.RESULT;
    if (root.toString().length() > limits.outputBytesMax()) {
      return new Output(null, wrapping, accept, Set.of("(the whole output)"));
    }
    var whole = schemas.whole(root, references, limits.outputBytesMax());
    return new Output(whole.schema(), wrapping, accept, whole.outlined());
  }
}
