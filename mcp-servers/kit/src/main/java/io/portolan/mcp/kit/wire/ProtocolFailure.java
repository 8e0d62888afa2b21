package io.portolan.mcp.kit.wire;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON-RPC error on its way to the caller, with the HTTP status it has in the modern era. A tool
 * that ran and failed is not one of these: it answers with {@code isError}.
 */
public final class ProtocolFailure extends RuntimeException {
  public static final int PARSE_ERROR = -32700;
  public static final int INVALID_REQUEST = -32600;
  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;
  public static final int INTERNAL_ERROR = -32603;
  public static final int HEADER_MISMATCH = -32020;
  public static final int MISSING_CAPABILITY = -32021;
  public static final int UNSUPPORTED_VERSION = -32022;

  private final int code;
  private final int httpStatus;
  private final transient Optional<JsonNode> data;

  private ProtocolFailure(int code, int httpStatus, String message, Optional<JsonNode> data) {
    super(message, null, false, false);
    this.code = code;
    this.httpStatus = httpStatus;
    this.data = data;
  }

  /** The request cannot be understood or breaks a rule of the envelope; HTTP 400. */
  public static ProtocolFailure badRequest(int code, String message) {
    return new ProtocolFailure(code, 400, message, Optional.empty());
  }

  /** The request was understood and its content is wrong; HTTP 200, the error is in the body. */
  public static ProtocolFailure invalidParams(String message) {
    return new ProtocolFailure(INVALID_PARAMS, 200, message, Optional.empty());
  }

  /** The server itself failed; HTTP 200, the error is in the body. */
  public static ProtocolFailure internal(String message) {
    return new ProtocolFailure(INTERNAL_ERROR, 200, message, Optional.empty());
  }

  /** No such method in this era; HTTP 404. */
  public static ProtocolFailure methodNotFound(String method) {
    return new ProtocolFailure(
        METHOD_NOT_FOUND, 404, "Method not found: " + method, Optional.empty());
  }

  /** A header is missing, malformed or says something else than the body; HTTP 400. */
  public static ProtocolFailure headerMismatch(String message) {
    return new ProtocolFailure(HEADER_MISMATCH, 400, message, Optional.empty());
  }

  /** The client did not declare what the request needs; {@code required} is keyed by capability. */
  public static ProtocolFailure missingCapability(ObjectNode required) {
    var data = Json.object();
    data.set("requiredCapabilities", required);
    return new ProtocolFailure(
        MISSING_CAPABILITY,
        400,
        "The client did not declare a capability that this request needs: " + required,
        Optional.of(data));
  }

  /** The same failure with {@code data} attached. */
  public ProtocolFailure with(JsonNode data) {
    return new ProtocolFailure(code, httpStatus, text(), Optional.of(data));
  }

  public int code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** The message, never null. */
  public String text() {
    return Optional.ofNullable(getMessage()).orElse("");
  }

  /** The {@code error} member of a response. */
  public ObjectNode toJson() {
    var error = Json.object().put("code", code).put("message", text());
    data.ifPresent(value -> error.set("data", value));
    return error;
  }
}
