package io.portolan.gateway.http.guard;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a body claims to be and which replies its sender takes. Remembers the last accepted
 * values, so that a client that repeats itself costs two comparisons. Thread-safe.
 */
final class MediaGuard {
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  private volatile String knownAccept = JSON + ", " + EVENTS;
  private volatile String knownType = JSON;

  /** Checks {@code Content-Type}, which is absent when null. */
  @Nullable Refusal contentType(@Nullable String sent) {
    if (sent == null) {
      return Refusal.of(415, "Header Content-Type is missing; expected application/json");
    }
    if (sent.equals(knownType)) {
      return null;
    }
    if (!isJson(sent)) {
      return Refusal.of(
          415, "Header Content-Type: " + Refusal.quoted(sent) + "; expected application/json");
    }
    knownType = sent;
    return null;
  }

  private static boolean isJson(String type) {
    var end = type.indexOf(';');
    var essence = (end < 0 ? type : type.substring(0, end)).strip();
    if (!essence.equalsIgnoreCase(JSON)) {
      return false;
    }
    var lower = type.toLowerCase(Locale.ROOT).replace("\"", "").replace(" ", "");
    var charset = lower.indexOf("charset=");
    return charset < 0 || lower.startsWith("utf-8", charset + "charset=".length());
  }

  /** Checks {@code Content-Encoding}, which is absent when null. */
  static @Nullable Refusal contentEncoding(@Nullable String sent) {
    return sent == null || sent.equalsIgnoreCase("identity")
        ? null
        : Refusal.of(
            415, "Header Content-Encoding: " + Refusal.quoted(sent) + "; expected no encoding");
  }

  /** Checks {@code Accept} of a POST; a client that sends none takes everything. */
  @Nullable Refusal acceptOfPost(@Nullable String sent) {
    if (sent == null || sent.equals(knownAccept)) {
      return null;
    }
    if (!accepts(sent, JSON) || !accepts(sent, EVENTS)) {
      return Refusal.of(
          406,
          "Header Accept: "
              + Refusal.quoted(sent)
              + "; expected both application/json and text/event-stream");
    }
    knownAccept = sent;
    return null;
  }

  /** Checks {@code Accept} of a GET, which can only be answered by a stream. */
  static @Nullable Refusal acceptOfGet(@Nullable String sent) {
    return sent == null || accepts(sent, EVENTS)
        ? null
        : Refusal.of(
            406, "Header Accept: " + Refusal.quoted(sent) + "; expected text/event-stream");
  }

  private static boolean accepts(String sent, String type) {
    var group = type.substring(0, type.indexOf('/')) + "/*";
    for (int from = 0; from <= sent.length(); ) {
      var comma = sent.indexOf(',', from);
      var end = comma < 0 ? sent.length() : comma;
      var range = sent.substring(from, end);
      var parameters = range.indexOf(';');
      var essence = (parameters < 0 ? range : range.substring(0, parameters)).strip();
      if ((essence.equalsIgnoreCase(type)
              || essence.equalsIgnoreCase(group)
              || essence.equals("*/*"))
          && !refused(range, parameters)) {
        return true;
      }
      from = end + 1;
    }
    return false;
  }

  /** Whether a range is named only to say that it is not wanted. */
  private static boolean refused(String range, int parameters) {
    if (parameters < 0) {
      return false;
    }
    var rest = range.substring(parameters).replace(" ", "").toLowerCase(Locale.ROOT);
    return rest.endsWith(";q=0") || rest.endsWith(";q=0.0") || rest.contains(";q=0;");
  }
}
