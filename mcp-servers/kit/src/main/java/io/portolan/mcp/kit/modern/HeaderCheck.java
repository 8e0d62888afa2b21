package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Compares the headers that mirror a request's body with the body. The body decides; a header that
 * is missing, malformed or different is refused, because an intermediary may have routed on it.
 */
final class HeaderCheck {
  private static final String ENCODED_START = "=?base64?";
  private static final String ENCODED_END = "?=";

  /** All values of a header, looked up without regard to case. */
  private final Function<String, List<String>> headers;

  HeaderCheck(Function<String, List<String>> headers) {
    this.headers = headers;
  }

  /** Checks the version, if the body names one; a body without is refused for that. */
  void version(Message.Request request) {
    RequestMeta.claimedVersion(request.params())
        .ifPresent(version -> requirePlain("MCP-Protocol-Version", version));
  }

  /** Checks the method and the name that the method puts into a header. */
  void routing(Message.Request request) {
    requirePlain("Mcp-Method", request.method());
    mirroredName(request).ifPresent(name -> require("Mcp-Name", name));
  }

  /** Checks every argument that the tool's schema mirrors into a header. */
  void arguments(Map<String, Object> schema, JsonNode arguments) {
    if (!(schema.get("properties") instanceof Map<?, ?> properties)) {
      return;
    }
    for (var property : properties.entrySet()) {
      if (!(property.getValue() instanceof Map<?, ?> of)) {
        continue;
      }
      var value = arguments.path(String.valueOf(property.getKey()));
      if (of.get("x-mcp-header") instanceof String suffix) {
        argument("Mcp-Param-" + suffix, value);
      } else if (of.get("properties") instanceof Map<?, ?>) {
        @SuppressWarnings("unchecked") // A schema is JSON: its objects have string keys.
        var nested = (Map<String, Object>) of;
        arguments(nested, value);
      }
    }
  }

  private void argument(String header, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      if (single(header).isPresent()) {
        throw ProtocolFailure.headerMismatch(header + " was sent and the argument was not");
      }
      return;
    }
    var sent = decode(header, single(header).orElseThrow(() -> missing(header)));
    var same =
        value.isNumber()
            ? number(sent).map(n -> n.compareTo(value.decimalValue()) == 0).orElse(false)
            : sent.equals(value.asString());
    if (!same) {
      throw ProtocolFailure.headerMismatch(header + " differs from the argument it mirrors");
    }
  }

  private static Optional<String> mirroredName(Message.Request request) {
    var member =
        switch (request.method()) {
          case "tools/call", "prompts/get" -> "name";
          case "resources/read" -> "uri";
          case "tasks/get", "tasks/update", "tasks/cancel" -> "taskId";
          default -> "";
        };
    var name = request.params().path(member);
    return name.isString() ? Optional.of(name.stringValue()) : Optional.empty();
  }

  private void require(String header, String expected) {
    var sent = decode(header, single(header).orElseThrow(() -> missing(header)));
    if (!sent.equals(expected)) {
      throw differs(header, sent, expected);
    }
  }

  private void requirePlain(String header, String expected) {
    var sent = single(header).orElseThrow(() -> missing(header));
    if (!sent.equals(expected)) {
      throw differs(header, sent, expected);
    }
  }

  private Optional<String> single(String header) {
    var values = headers.apply(header);
    if (values.size() > 1) {
      throw ProtocolFailure.headerMismatch(header + " was sent more than once");
    }
    return values.stream().map(String::strip).findFirst();
  }

  private static String decode(String header, String value) {
    if (!value.startsWith(ENCODED_START)
        || !value.endsWith(ENCODED_END)
        || value.length() < ENCODED_START.length() + ENCODED_END.length()) {
      if (!value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))) {
        throw ProtocolFailure.headerMismatch(header + " has characters that must be encoded");
      }
      return value;
    }
    var encoded = value.substring(ENCODED_START.length(), value.length() - ENCODED_END.length());
    // Java's decoder forgives missing padding; the specification does not.
    if (encoded.length() % 4 != 0) {
      throw ProtocolFailure.headerMismatch(header + " is not valid base64");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw ProtocolFailure.headerMismatch(header + " is not valid base64 of UTF-8");
    }
  }

  private static Optional<BigDecimal> number(String text) {
    // A longer or stranger number cannot be one that JSON allowed in the body.
    if (!text.matches("-?\\d{1,400}(\\.\\d{1,400})?([eE][+-]?\\d{1,3})?")) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(text));
  }

  private static ProtocolFailure missing(String header) {
    return ProtocolFailure.headerMismatch("Required header " + header + " is missing");
  }

  private static ProtocolFailure differs(String header, String sent, String expected) {
    return ProtocolFailure.headerMismatch(
        header + " says '" + sent + "' and the body says '" + expected + "'");
  }
}
