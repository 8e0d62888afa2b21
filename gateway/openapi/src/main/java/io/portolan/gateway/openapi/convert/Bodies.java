package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.convert.Parameter.In;
import io.portolan.gateway.openapi.convert.RequestBody.Content;
import io.portolan.gateway.openapi.convert.RequestBody.Encoding;
import io.portolan.gateway.openapi.convert.RequestBody.Form;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the request bodies of operations. Of several media types the plainest is taken. */
final class Bodies {
  static final String ARGUMENT = "body";

  private final ApiDocument document;
  private final SchemaBook schemas;

  Bodies(ApiDocument document, SchemaBook schemas) {
    this.document = document;
    this.schemas = schemas;
  }

  /** The body of an operation as it is declared; null where it takes none. */
  @Nullable JsonNode declared(JsonNode operation) throws DocumentRefusedException {
    var body = operation.path("requestBody");
    var found = body.isObject() ? document.followed(body) : body;
    return found.path("content").isEmpty() ? null : found;
  }

  /** Adds a body to the input of its operation. */
  RequestBody read(JsonNode declared, Parameters.Input input) throws DocumentRefusedException {
    var mediaType = "";
    var form = Form.BINARY;
    for (var candidate : declared.path("content").properties()) {
      var of = form(candidate.getKey(), candidate.getValue().path("schema"));
      if (mediaType.isEmpty() || of.compareTo(form) < 0) {
        mediaType = candidate.getKey();
        form = of;
      }
    }
    var content = declared.path("content").path(mediaType);
    var schema = content.path("schema");
    input.properties().set(ARGUMENT, shown(form, mediaType, schema, declared, input.references()));
    if (declared.path("required").asBoolean(false)) {
      input.required().add(ARGUMENT);
    }
    return new RequestBody(
        ARGUMENT,
        form,
        sentAs(form, mediaType),
        form == Form.URLENCODED || form == Form.MULTIPART
            ? encodings(schema, content.path("encoding"))
            : Map.of());
  }

  private Form form(String mediaType, JsonNode schema) throws DocumentRefusedException {
    var essence = MediaTypes.essence(mediaType);
    if (MediaTypes.isJson(essence)) {
      return Form.JSON;
    }
    if (essence.equals("application/x-www-form-urlencoded")) {
      return Form.URLENCODED;
    }
    if (essence.startsWith("multipart/")) {
      return Form.MULTIPART;
    }
    if (MediaTypes.isText(essence)) {
      return Form.TEXT;
    }
    return MediaTypes.isRange(essence) && !isBytes(document.followed(schema))
        ? Form.JSON
        : Form.BINARY;
  }

  private static String sentAs(Form form, String mediaType) {
    if (form == Form.MULTIPART) {
      return "multipart/form-data";
    }
    if (!MediaTypes.isRange(mediaType)) {
      return mediaType;
    }
    return form == Form.JSON ? "application/json" : "application/octet-stream";
  }

  private JsonNode shown(
      Form form, String mediaType, JsonNode schema, JsonNode declared, Set<String> references)
      throws DocumentRefusedException {
    var description = declared.path("description").asString("");
    var said = description.length() > 1_000 ? description.substring(0, 1_000) : description;
    return switch (form) {
      case JSON, URLENCODED, MULTIPART -> {
        var shown = schemas.translated(schema, references);
        if (shown instanceof ObjectNode object && !said.isEmpty() && !object.has("description")) {
          object.put("description", said);
        }
        yield shown;
      }
      case TEXT -> text(said, "Sent as " + mediaType + ".");
      case BINARY ->
          text(said, "Base64 of the bytes, sent as " + mediaType + ".")
              .put("contentEncoding", "base64");
    };
  }

  private static ObjectNode text(String said, String how) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "string")
        .put("description", said.isEmpty() ? how : said + " " + how);
  }

  private Map<String, Encoding> encodings(JsonNode schema, JsonNode declared)
      throws DocumentRefusedException {
    var properties = new LinkedHashMap<String, JsonNode>();
    gather(schema, properties, Collections.newSetFromMap(new IdentityHashMap<>()));
    for (var each : declared.properties()) {
      properties.putIfAbsent(each.getKey(), JsonNodeFactory.instance.objectNode());
    }
    var encodings = new LinkedHashMap<String, Encoding>();
    for (var property : properties.entrySet()) {
      var encoding = declared.path(property.getKey());
      var said = encoding.has("style") || encoding.has("explode");
      var style = said ? Parameters.style(In.QUERY, encoding.path("style").asString("")) : null;
      var type = encoding.path("contentType").asString("").split(",")[0].strip();
      var target = document.followed(property.getValue());
      var items = document.followed(target.path("items"));
      encodings.put(
          property.getKey(),
          new Encoding(
              type.isEmpty() || MediaTypes.isRange(type) ? null : type,
              style,
              Parameters.explode(Parameter.Style.FORM, encoding.get("explode")),
              isBytes(target) || isBytes(items) ? Content.BASE64 : Content.VALUE));
    }
    return encodings;
  }

  private void gather(JsonNode schema, Map<String, JsonNode> properties, Set<JsonNode> seen)
      throws DocumentRefusedException {
    var target = document.followed(schema);
    if (!seen.add(target) || seen.size() > 1_000) {
      return;
    }
    for (var keyword : new String[] {"allOf", "oneOf", "anyOf"}) {
      for (var each : target.path(keyword)) {
        gather(each, properties, seen);
      }
    }
    for (var each : target.path("properties").properties()) {
      properties.put(each.getKey(), each.getValue());
    }
  }

  /** Whether what is described are bytes, for which JSON has base64 only. */
  static boolean isBytes(JsonNode schema) {
    if (schema.path("format").asString("").equals("binary")) {
      return true;
    }
    var mediaType = schema.path("contentMediaType").asString("");
    return !mediaType.isEmpty()
        && !schema.has("contentEncoding")
        && !MediaTypes.isText(mediaType)
        && !MediaTypes.isJson(mediaType);
  }
}
