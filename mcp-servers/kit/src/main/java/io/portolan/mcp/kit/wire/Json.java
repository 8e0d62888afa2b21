package io.portolan.mcp.kit.wire;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one JSON mapper of the kit. It keeps numbers exact (no double rounding), members in order,
 * and refuses duplicate members, deep nesting and trailing tokens. Immutable and safe for all
 * threads.
 */
public final class Json {
  private static final int DEPTH_MAX = 200;
  private static final int DOCUMENT_CHARS_MAX = 16 << 20;
  private static final int NUMBER_CHARS_MAX = 10_000;

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /**
   * The SDK's elicitation request has a type id and an accessor of the same name, which Jackson 3.2
   * refuses to write; the accessor alone says it all.
   */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
  private interface WithoutTypeId {}

  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxDocumentLength(DOCUMENT_CHARS_MAX)
                          .maxStringLength(DOCUMENT_CHARS_MAX)
                          .maxNumberLength(NUMBER_CHARS_MAX)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .addMixIn(McpSchema.ElicitRequest.class, WithoutTypeId.class)
          .build();

  /** The same mapper in the shape the SDK asks for. */
  public static final McpJsonMapper SDK_MAPPER = new JacksonMcpJsonMapper(MAPPER);

  private Json() {}

  /** A fresh empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The JSON tree of any value the mapper can write. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** The same as plain maps and lists, as the SDK's records want it. */
  public static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, MAP);
  }

  /** Parses a JSON object that the program itself wrote; throws when it is not one. */
  public static Map<String, Object> map(String object) {
    return MAPPER.readValue(object, MAP);
  }

  /** One line of JSON. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
