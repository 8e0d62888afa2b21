package io.portolan.gateway.protocol;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request of the modern era says about itself in {@code params._meta}.
 *
 * @param version the protocol version it is to be served by
 * @param clientCapabilities the client's capabilities, an object
 * @param clientInfo who the client says it is, an object; null when it does not say
 * @param logLevel the least level of log messages it wants; null when it wants none
 * @param progressToken the token under which it wants progress; null when it wants none
 * @param members all members of {@code _meta}
 */
public record ModernMeta(
    ProtocolVersion version,
    Slice clientCapabilities,
    @Nullable Slice clientInfo,
    @Nullable String logLevel,
    @Nullable Slice progressToken,
    JsonView members) {

  private static final Set<String> LOG_LEVELS =
      Set.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  /** What reading it found. */
  public sealed interface Reading {
    /** Everything that is required is there. */
    record Read(ModernMeta meta) implements Reading {}

    /**
     * A version that is not spoken, or not without a session: {@link
     * ErrorCode#UNSUPPORTED_PROTOCOL_VERSION}.
     */
    record Unsupported(String requested) implements Reading {}

    /**
     * A required member is missing or of the wrong kind: {@link ErrorCode#INVALID_PARAMS}.
     *
     * @param problem which one, fit for callers
     */
    record Invalid(String problem) implements Reading {}
  }

  /** Reads the {@code _meta} of a request's params. */
  public static Reading read(@Nullable JsonView params) {
    var meta = params == null ? null : params.get(MetaKeys.META);
    if (meta == null || !meta.isObject()) {
      return invalid(MetaKeys.META, meta, "an object");
    }
    var members = JsonView.of(meta);
    var version = members.get(MetaKeys.PROTOCOL_VERSION);
    if (version == null || !version.isString()) {
      return invalid(MetaKeys.PROTOCOL_VERSION, version, "a string");
    }
    var capabilities = members.get(MetaKeys.CLIENT_CAPABILITIES);
    if (capabilities == null || !capabilities.isObject()) {
      return invalid(MetaKeys.CLIENT_CAPABILITIES, capabilities, "an object");
    }
    var info = members.get(MetaKeys.CLIENT_INFO);
    if (info != null && !info.isObject()) {
      return invalid(MetaKeys.CLIENT_INFO, info, "an object");
    }
    var level = members.get(MetaKeys.LOG_LEVEL);
    if (level != null && !(level.isString() && LOG_LEVELS.contains(level.string()))) {
      return invalid(MetaKeys.LOG_LEVEL, level, "a log level such as \"info\"");
    }
    var token = members.get(MetaKeys.PROGRESS_TOKEN);
    if (token != null && !token.isString() && !token.isNumber()) {
      return invalid(MetaKeys.PROGRESS_TOKEN, token, "a string or a number");
    }
    var requested = version.string();
    var spoken = ProtocolVersion.of(requested);
    if (spoken.isEmpty() || !spoken.get().isModern()) {
      return new Reading.Unsupported(requested);
    }
    return new Reading.Read(
        new ModernMeta(
            spoken.get(),
            capabilities,
            info,
            level == null ? null : level.string(),
            token,
            members));
  }

  private static Reading.Invalid invalid(String member, @Nullable Slice sent, String expected) {
    var where = member.equals(MetaKeys.META) ? "params._meta" : "params._meta[\"" + member + "\"]";
    return new Reading.Invalid(
        "Invalid params: "
            + where
            + " must be "
            + expected
            + (sent == null ? ", it is missing" : ", got " + MalformedJson.quoted(sent)));
  }
}
