package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code _meta} that every modern request carries.
 *
 * @param version the protocol version the request is written in
 * @param capabilities what the client can do
 * @param logLevel the least level of log messages it wants; none without it
 * @param progressToken what progress is to be reported under; none without it
 * @param raw everything, as it was sent
 */
public record RequestMeta(
    String version,
    ObjectNode capabilities,
    Optional<McpSchema.LoggingLevel> logLevel,
    Optional<JsonNode> progressToken,
    ObjectNode raw) {
  /** The one version of the modern era. */
  public static final String VERSION = "2026-07-28";

  static final String PREFIX = "io.modelcontextprotocol/";
  static final String VERSION_KEY = PREFIX + "protocolVersion";
  static final String CAPABILITIES_KEY = PREFIX + "clientCapabilities";
  private static final String LOG_LEVEL_KEY = PREFIX + "logLevel";

  /** The version a message claims to be written in, if it claims one. */
  public static Optional<String> claimedVersion(ObjectNode params) {
    var version = params.path("_meta").path(VERSION_KEY);
    return version.isString() ? Optional.of(version.stringValue()) : Optional.empty();
  }

  /**
   * Reads and checks the meta of a request.
   *
   * @throws ProtocolFailure when a required member is missing or has the wrong type
   */
  static RequestMeta read(ObjectNode params) {
    if (!(params.path("_meta") instanceof ObjectNode meta)) {
      throw missing("_meta");
    }
    var version =
        claimedVersion(params).orElseThrow(() -> missing("_meta[\"" + VERSION_KEY + "\"]"));
    if (!version.equals(VERSION)) {
      throw unsupported(version);
    }
    if (!(meta.path(CAPABILITIES_KEY) instanceof ObjectNode capabilities)) {
      throw missing("_meta[\"" + CAPABILITIES_KEY + "\"]");
    }
    var token = meta.path("progressToken");
    return new RequestMeta(
        version,
        capabilities,
        logLevel(meta.path(LOG_LEVEL_KEY)),
        token.isString() || token.isIntegralNumber() ? Optional.of(token) : Optional.empty(),
        meta);
  }

  /** Whether the client declared an extension. */
  boolean hasExtension(String name) {
    return capabilities.path("extensions").path(name).isObject();
  }

  /** The failure for a version that is not served here. */
  public static ProtocolFailure unsupported(String version) {
    var data = Json.object();
    data.putArray("supported").add(VERSION);
    data.put("requested", version);
    return ProtocolFailure.badRequest(
            ProtocolFailure.UNSUPPORTED_VERSION, "Unsupported protocol version: " + version)
        .with(data);
  }

  private static Optional<McpSchema.LoggingLevel> logLevel(JsonNode level) {
    if (level.isMissingNode()) {
      return Optional.empty();
    }
    for (var known : McpSchema.LoggingLevel.values()) {
      if (Json.tree(known).equals(level)) {
        return Optional.of(known);
      }
    }
    throw ProtocolFailure.badRequest(ProtocolFailure.INVALID_PARAMS, "Unknown log level: " + level);
  }

  private static ProtocolFailure missing(String member) {
    return ProtocolFailure.badRequest(
        ProtocolFailure.INVALID_PARAMS, "Missing or malformed params." + member);
  }
}
