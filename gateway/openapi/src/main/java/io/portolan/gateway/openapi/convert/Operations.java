package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a tool of one operation. For one thread. */
final class Operations {
  private static final int TITLE_MAX = 200;
  private static final int DESCRIPTION_MAX = 2_000;

  private final DocumentLimits limits;
  private final SchemaBook requests;
  private final Parameters parameters;
  private final Bodies bodies;
  private final Answers answers;
  private final Schemes schemes;

  Operations(ApiDocument document, Converter.Rules rules, DocumentLimits limits)
      throws DocumentRefusedException {
    this.limits = limits;
    this.schemes = new Schemes(document);
    this.requests = new SchemaBook(document, Direction.REQUEST, limits);
    var hidden = new HashSet<>(schemes.carriers(rules.schemes()));
    rules.headers().forEach(name -> hidden.add("header:" + name));
    this.parameters = new Parameters(document, requests, hidden);
    this.bodies = new Bodies(document, requests);
    this.answers =
        new Answers(document, new SchemaBook(document, Direction.ANSWER, limits), limits);
  }

  /**
   * A tool.
   *
   * @param outlined what of its schemas is not shown
   */
  record Made(ApiTool tool, Set<String> outlined) {}

  Made tool(String name, Converter.Place place, URI server) throws DocumentRefusedException {
    var properties = JsonNodeFactory.instance.objectNode();
    var names = new HashSet<String>();
    var input =
        new Parameters.Input(properties, new LinkedHashSet<>(), new LinkedHashSet<>(), names);
    var declaredBody = bodies.declared(place.operation());
    if (declaredBody != null) {
      names.add(Bodies.ARGUMENT);
    }
    var sent = parameters.read(place, input);
    var body = declaredBody == null ? null : bodies.read(declaredBody, input);
    var inputSchema = JsonNodeFactory.instance.objectNode().put("type", "object");
    inputSchema.set("properties", properties);
    if (!input.required().isEmpty()) {
      var required = inputSchema.putArray("required");
      input.required().forEach(required::add);
    }
    inputSchema.put("additionalProperties", false);
    if (inputSchema.toString().length() > limits.inputBytesMax()) {
      throw new DocumentRefusedException(
          "its input schema has more than " + limits.inputBytesMax() + " bytes");
    }
    var whole = requests.whole(inputSchema, input.references(), limits.inputBytesMax());
    var output = answers.read(place.operation());
    var outlined = new LinkedHashSet<>(whole.outlined());
    outlined.addAll(output.outlined());
    var definition = definition(name, place, whole.schema());
    if (output.schema() != null) {
      definition.set("outputSchema", output.schema());
    }
    definition.set("annotations", annotations(place));
    var call =
        new ApiTool.Call(
            place.method(),
            server,
            place.path(),
            sent,
            body,
            List.copyOf(output.accept()),
            output.wrapping(),
            schemes.of(place.operation()));
    return new Made(new ApiTool(name, definition, whole.schema(), output.schema(), call), outlined);
  }

  private static ObjectNode definition(String name, Converter.Place place, ObjectNode input) {
    var definition = JsonNodeFactory.instance.objectNode().put("name", name);
    var title = title(place);
    if (!title.isEmpty()) {
      definition.put("title", title);
    }
    definition.put("description", description(place));
    definition.set("inputSchema", input);
    return definition;
  }

  private static String title(Converter.Place place) {
    var summary = place.operation().path("summary").asString("").strip();
    return summary.length() <= TITLE_MAX ? summary : summary.substring(0, TITLE_MAX);
  }

  private static String description(Converter.Place place) {
    var operation = place.operation();
    var summary = operation.path("summary").asString(place.pathItem().path("summary").asString(""));
    var more =
        operation.path("description").asString(place.pathItem().path("description").asString(""));
    var text = new StringBuilder();
    if (operation.path("deprecated").asBoolean(false)) {
      text.append("Deprecated. ");
    }
    text.append(summary.strip());
    if (!more.isBlank() && !more.strip().equals(summary.strip())) {
      text.append(summary.isBlank() ? "" : "\n\n").append(more.strip());
    }
    if (summary.isBlank() && more.isBlank()) {
      text.append(place.method()).append(' ').append(place.path());
    }
    return text.length() <= DESCRIPTION_MAX
        ? text.toString()
        : text.substring(0, DESCRIPTION_MAX) + "...";
  }

  private static ObjectNode annotations(Converter.Place place) {
    var annotations = JsonNodeFactory.instance.objectNode();
    var title = title(place);
    if (!title.isEmpty()) {
      annotations.put("title", title);
    }
    switch (place.method()) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> annotations.put("readOnlyHint", true);
      case "PUT" -> annotations.put("readOnlyHint", false).put("idempotentHint", true);
      case "DELETE" ->
          annotations
              .put("readOnlyHint", false)
              .put("destructiveHint", true)
              .put("idempotentHint", true);
      default -> annotations.put("readOnlyHint", false).put("idempotentHint", false);
    }
    return annotations.put("openWorldHint", true);
  }
}
