package io.portolan.gateway.protocol;

/**
 * The error codes of JSON-RPC 2.0 and MCP, and those of this gateway.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic">MCP, errors</a>
 */
public enum ErrorCode {
  PARSE_ERROR(-32700),
  INVALID_REQUEST(-32600),
  METHOD_NOT_FOUND(-32601),
  INVALID_PARAMS(-32602),
  INTERNAL_ERROR(-32603),

  /**
   * A server that the call needs failed or could not be reached. Outside of what JSON-RPC and MCP
   * reserve.
   */
  UPSTREAM_FAILED(-31010),
  /** A server that the call needs did not answer before the deadline. */
  UPSTREAM_TIMEOUT(-31011),
  /** A limit of the gateway was reached; the call was not made. */
  OVERLOADED(-31012),
  /**
   * A server needs an answer of the client to go on, and the client gave none that could be used.
   */
  INPUT_REFUSED(-31013),
  /** The rules do not allow the request with its arguments, or not now. */
  NOT_ALLOWED(-31020),
  /** The rules ask that somebody approves of the request first. */
  APPROVAL_NEEDED(-31021),
  /** The session named by {@code Mcp-Session-Id} is not known. Legacy eras only. */
  SESSION_NOT_FOUND(-32001),

  /** Legacy eras only; {@link #INVALID_PARAMS} in the modern one. */
  RESOURCE_NOT_FOUND(-32002),
  /** Legacy eras only; {@code input_required} in the modern one. */
  URL_ELICITATION_REQUIRED(-32042),

  /** Modern: a header is missing, malformed or contradicts the body. */
  HEADER_MISMATCH(-32020),
  /** Modern: the request needs a capability that the client did not declare. */
  MISSING_CLIENT_CAPABILITY(-32021),
  /** Modern: the protocol version is not spoken here. */
  UNSUPPORTED_PROTOCOL_VERSION(-32022);

  private final int value;

  ErrorCode(int value) {
    this.value = value;
  }

  /** The number on the wire. */
  public int value() {
    return value;
  }
}
