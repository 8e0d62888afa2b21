package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.HeaderCheck.Mismatch;
import io.portolan.gateway.protocol.ModernMeta.Reading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * The order matters, because a request may be wrong in several ways and clients act on the code.
 * What the body lacks comes first, whatever the header says; then header against body; then whether
 * we speak the version they agree on; then the fields that only make sense within a version.
 */

/** Decides whether a request is a well-formed one of the modern era. Stateless. */
public final class ModernGate {
  /** The versions that are spoken without a session. */
  public static final List<ProtocolVersion> SUPPORTED = List.of(ProtocolVersion.V2026_07_28);

  private static final String SESSION_ID = "Mcp-Session-Id";

  private ModernGate() {}

  /** What the checks found. */
  public sealed interface Verdict {
    /** All is well so far; whether the method exists is for others to say. */
    record Accepted(ModernMeta meta) implements Verdict {}

    /**
     * The request must not be served; over HTTP that is a 400.
     *
     * @param message what was sent and what was expected, fit for callers
     * @param data the error's data, JSON; null when it has none
     */
    record Refused(ErrorCode code, String message, @Nullable Slice data) implements Verdict {}
  }

  /**
   * The era of a message from a client. The body decides where it claims a version; a header alone
   * is believed where it names a modern version, except on {@code initialize}.
   */
  public static Era eraOf(HeaderSource headers, Message message) {
    if (!(message instanceof Message.Call call)) {
      return Era.LEGACY; // there is nothing to answer in the modern era
    }
    var claimed = claimedVersion(call);
    var handshake = call.method().equals(Methods.INITIALIZE);
    if (claimed != null) {
      var legacy = ProtocolVersion.of(claimed).filter(version -> !version.isModern()).isPresent();
      return legacy && (handshake || headers.count(SESSION_ID) > 0) ? Era.LEGACY : Era.MODERN;
    }
    var header = headers.first(ModernHeaders.PROTOCOL_VERSION);
    var modern =
        header != null
            && ProtocolVersion.of(HeaderText.trim(header))
                .filter(ProtocolVersion::isModern)
                .isPresent();
    return modern && !handshake ? Era.MODERN : Era.LEGACY;
  }

  private static @Nullable String claimedVersion(Message.Call call) {
    var params = call.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var claim = meta == null ? null : meta.get(MetaKeys.PROTOCOL_VERSION);
    return claim == null ? null : claim.isString() ? claim.string() : "";
  }

  /** Checks {@code _meta} and the standard header fields of a request of the modern era. */
  public static Verdict check(HeaderSource headers, Message.Request request) {
    return switch (ModernMeta.read(request.params())) {
      case Reading.Invalid(var problem) ->
          new Verdict.Refused(ErrorCode.INVALID_PARAMS, problem, null);
      case Reading.Unsupported(var requested) ->
          ModernHeaders.version(headers, requested) instanceof Mismatch mismatch
              ? refused(mismatch)
              : unsupported(requested);
      case Reading.Read(var meta) -> checkHeaders(headers, request, meta);
    };
  }

  private static Verdict checkHeaders(
      HeaderSource headers, Message.Request request, ModernMeta meta) {
    if (ModernHeaders.version(headers, meta.version().text()) instanceof Mismatch mismatch) {
      return refused(mismatch);
    }
    if (ModernHeaders.method(headers, request) instanceof Mismatch mismatch) {
      return refused(mismatch);
    }
    if (ModernHeaders.name(headers, request) instanceof Mismatch mismatch) {
      return refused(mismatch);
    }
    return new Verdict.Accepted(meta);
  }

  private static Verdict refused(Mismatch mismatch) {
    return new Verdict.Refused(ErrorCode.HEADER_MISMATCH, mismatch.message(), null);
  }

  /** The refusal of a version that is not spoken; says which ones are. */
  public static Verdict.Refused unsupported(String requested) {
    var data = new JsonWriter().beginObject().name("supported").beginArray();
    for (var version : SUPPORTED) {
      data.value(version.text());
    }
    return new Verdict.Refused(
        ErrorCode.UNSUPPORTED_PROTOCOL_VERSION,
        "Unsupported protocol version " + JsonText.encode(requested),
        data.endArray().member("requested", requested).endObject().toSlice());
  }
}
