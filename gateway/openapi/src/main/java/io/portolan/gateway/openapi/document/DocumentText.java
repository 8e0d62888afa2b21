package io.portolan.gateway.openapi.document;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON and YAML 1.2 into trees. A member that stands twice is refused. Stateless. */
public final class DocumentText {
  private static final int NESTING_MAX = 256;
  private static final int NODES_MAX = 1_000_000;
  private static final int TOKENS_MAX = 3_000_000;
  private static final int STRING_MAX = 4 << 20;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Reads and writes the trees of documents, arguments and answers. */
  public static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING_MAX)
                          .maxStringLength(64 << 20)
                          .maxNumberLength(100)
                          .maxDocumentLength(128L << 20)
                          .maxTokenCount(TOKENS_MAX)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private DocumentText() {}

  /**
   * The tree of a document.
   *
   * @throws DocumentRefusedException when it is too long, or neither a JSON nor a YAML object
   */
  public static ObjectNode read(byte[] bytes, DocumentLimits limits)
      throws DocumentRefusedException {
    if (bytes.length > limits.bytesMax()) {
      throw new DocumentRefusedException(
          "the document has more than " + limits.bytesMax() + " bytes; expected a smaller one");
    }
    var root = looksLikeJson(bytes) ? json(bytes) : yaml(bytes, limits);
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw new DocumentRefusedException(
        "the document is no object; expected an OpenAPI document in JSON or YAML");
  }

  private static boolean looksLikeJson(byte[] bytes) {
    for (var b : bytes) {
      if (b == '{') {
        return true;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t' && b != (byte) 0xEF) {
        return false;
      }
    }
    return false;
  }

  private static JsonNode json(byte[] bytes) throws DocumentRefusedException {
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw new DocumentRefusedException("the document is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static JsonNode yaml(byte[] bytes, DocumentLimits limits)
      throws DocumentRefusedException {
    var settings =
        LoadSettings.builder()
            .setLabel("document")
            .setCodePointLimit(limits.bytesMax())
            .setMaxAliasesForCollections(1_000)
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .build();
    try {
      var loaded = new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
      return new YamlTree().node(loaded, 0);
    } catch (MarkedYamlEngineException e) {
      var line = e.getProblemMark().map(mark -> " in line " + (mark.getLine() + 1)).orElse("");
      throw new DocumentRefusedException(
          "the document is not YAML" + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new DocumentRefusedException("the document is not YAML: " + e.getMessage(), e);
    }
  }

  /** Of what an alias stands for, a copy is made: so their number is bounded. */
  private static final class YamlTree {
    private int nodes;

    JsonNode node(Object value, int depth) throws DocumentRefusedException {
      if (++nodes > NODES_MAX || depth > NESTING_MAX) {
        throw new DocumentRefusedException(
            "the document is nested too deeply, or its aliases stand for too much");
      }
      return switch (value) {
        case null -> NODES.nullNode();
        case Map<?, ?> map -> {
          var object = NODES.objectNode();
          for (var entry : map.entrySet()) {
            object.set(String.valueOf(entry.getKey()), node(entry.getValue(), depth + 1));
          }
          yield object;
        }
        case List<?> list -> {
          var array = NODES.arrayNode();
          for (var item : list) {
            array.add(node(item, depth + 1));
          }
          yield array;
        }
        case Boolean flag -> NODES.booleanNode(flag);
        case Integer number -> NODES.numberNode(number);
        case Long number -> NODES.numberNode(number);
        case BigInteger number -> NODES.numberNode(number);
        case Double number when Double.isFinite(number) ->
            NODES.numberNode(BigDecimal.valueOf(number));
        case String text when text.length() > STRING_MAX ->
            throw new DocumentRefusedException(
                "a text of the document has more than " + STRING_MAX + " characters");
        case String text -> NODES.stringNode(text);
        default -> NODES.stringNode(String.valueOf(value));
      };
    }
  }
}
