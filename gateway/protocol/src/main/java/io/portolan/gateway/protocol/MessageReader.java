package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.JsonLimits.Duplicates;
import org.jspecify.annotations.Nullable;

/*
 * A member that the gateway reads or rewrites must occur once, whoever sent the message: of two
 * ids we would rewrite the first and the client might believe the second, which could be the id of
 * a request to another server. So duplicates in the envelope and in params are refused under all
 * limits, those inside a result only where the limits say so.
 */

/**
 * Reads one JSON-RPC message: checks the text and finds the envelope's members and those of {@code
 * params} or {@code result} in the same pass. Nothing below is read. Stateless and safe for many
 * threads.
 */
public final class MessageReader {
  private final JsonLimits limits;

  /** Reads messages inside the given limits. */
  public MessageReader(JsonLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a message.
   *
   * @throws MalformedMessage when the text is not JSON, not one message (a batch, for one), or over
   *     a limit
   */
  public Message read(Slice text) throws MalformedMessage {
    var check = prepare(text);
    Slice value;
    try {
      value = check.checkMessage();
    } catch (MalformedJson e) {
      throw malformed(e, e.isLimit() ? idSoFar(check, text) : null);
    }
    if (value.isArray()) {
      throw invalid("expected one JSON-RPC message, got a batch (an array)", null);
    }
    if (!value.isObject()) {
      throw invalid("expected a JSON-RPC message (an object), got " + kind(value), null);
    }
    return message(check, Envelope.of(check.envelope(value)));
  }

  private JsonCheck prepare(Slice text) throws MalformedMessage {
    try {
      return JsonCheck.of(text, limits);
    } catch (MalformedJson e) {
      throw malformed(e, null);
    }
  }

  private static MalformedMessage malformed(MalformedJson problem, @Nullable Slice id) {
    return problem.isLimit()
        ? new MalformedMessage(
            ErrorCode.INVALID_REQUEST,
            "Message refused: " + problem.getMessage(),
            id,
            MalformedMessage.Reason.OVER_LIMIT)
        : new MalformedMessage(ErrorCode.PARSE_ERROR, "Not JSON: " + problem.getMessage(), id);
  }

  /** The id of a message that was given up half way, so that its sender learns which one it was. */
  private static @Nullable Slice idSoFar(JsonCheck check, Slice text) {
    return idOrNull(check.envelope(text).get("id"));
  }

  private Message message(JsonCheck check, Envelope envelope) throws MalformedMessage {
    var id = envelope.id();
    if (envelope.repeated() != null) {
      throw invalid("member \"" + envelope.repeated() + "\" occurs twice", null);
    }
    var version = envelope.version();
    if (version == null || !version.is("\"2.0\"")) {
      throw invalid(
          version == null
              ? "\"jsonrpc\": \"2.0\" is missing"
              : "\"jsonrpc\" must be \"2.0\", got " + MalformedJson.quoted(version),
          idOrNull(id));
    }
    if (id != null && !id.isString() && !id.isNumber() && !id.is("null")) {
      throw invalid("\"id\" must be a string or a number, got " + kind(id), null);
    }
    return envelope.method() != null
        ? call(check, envelope, envelope.method())
        : answer(check, envelope);
  }

  private Message call(JsonCheck check, Envelope envelope, Slice method) throws MalformedMessage {
    var id = envelope.id();
    if (!method.isString()) {
      throw invalid("\"method\" must be a string, got " + kind(method), idOrNull(id));
    }
    if (envelope.result() != null || envelope.error() != null) {
      throw invalid("\"method\" excludes \"result\" and \"error\"", idOrNull(id));
    }
    var params = envelope.params();
    if (params != null && !params.isObject()) {
      throw invalid("\"params\" must be an object, got " + kind(params), idOrNull(id));
    }
    if (id != null && id.is("null")) {
      throw invalid("\"id\" of a request must be a string or a number, got null", null);
    }
    var view = params == null ? null : check.inner(params);
    if (view != null && limits.duplicates() == Duplicates.ALLOW) {
      var twice = view.duplicate();
      if (twice != null) {
        throw invalid("member \"" + twice + "\" of \"params\" occurs twice", idOrNull(id));
      }
    }
    var name = Methods.intern(method);
    return id == null
        ? new Message.Notification(envelope.object(), name, view)
        : new Message.Request(envelope.object(), id, name, view);
  }

  /** A null beside the other member counts as absent: JSON-RPC 1.0 wrote both. */
  private static Message answer(JsonCheck check, Envelope envelope) throws MalformedMessage {
    var id = envelope.id();
    var result = envelope.result();
    var error = envelope.error();
    if (result == null && error == null) {
      throw invalid("none of \"method\", \"result\" and \"error\" is there", idOrNull(id));
    }
    if (error != null && !(error.is("null") && result != null)) {
      if (result != null && !result.is("null")) {
        throw invalid("\"result\" and \"error\" exclude each other", idOrNull(id));
      }
      if (!error.isObject()) {
        throw invalid("\"error\" must be an object, got " + kind(error), idOrNull(id));
      }
      return new Message.Failure(envelope.object(), id == null ? Slice.utf8("null") : id, error);
    }
    if (id == null || id.is("null") || result == null) {
      throw invalid("a result must carry the \"id\" of its request", null);
    }
    var members = result.isObject() ? check.inner(result) : null;
    return new Message.Result(envelope.object(), id, result, members);
  }

  private static @Nullable Slice idOrNull(@Nullable Slice id) {
    return id == null || !(id.isString() || id.isNumber()) ? null : id;
  }

  private static MalformedMessage invalid(String problem, @Nullable Slice id) {
    return new MalformedMessage(ErrorCode.INVALID_REQUEST, "Invalid request: " + problem, id);
  }

  private static String kind(Slice value) {
    return switch (value.at(0)) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "a string";
      case 't', 'f' -> "a boolean";
      case 'n' -> "null";
      default -> "a number";
    };
  }
}
