package io.portolan.tenancy.audit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Phase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as JSON objects of printable ASCII on one line. A member without a value is left
 * out; texts are cut to {@value #TEXT_CHARS_MAX} characters, and credentials in them redacted.
 */
final class EventJson {
  private static final int TEXT_CHARS_MAX = 256;
  private static final String TOOLS_CALL = "tools/call";
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder json = new StringBuilder(512);

  private EventJson(long seq, String type, Instant at) {
    json.append("{\"seq\":").append(seq);
    text("type", type);
    json.append(",\"at\":\"");
    append(json, at);
    json.append('"');
  }

  static String at(Instant at) {
    return AT.format(at);
  }

  /** The same; a block's events lie in few seconds, whose text is made once each. */
  private static void append(StringBuilder json, Instant at) {
    var known = lastSecond;
    if (known.second() != at.getEpochSecond()) {
      var text = AT.format(at);
      known = new Second(at.getEpochSecond(), text.substring(0, text.length() - 4));
      lastSecond = known;
    }
    var millis = at.getNano() / 1_000_000;
    json.append(known.text())
        .append((char) ('0' + millis / 100))
        .append((char) ('0' + millis / 10 % 10))
        .append((char) ('0' + millis % 10))
        .append('Z');
  }

  /** A second since 1970, and what its instants' texts begin with. */
  private record Second(long second, String text) {}

  private static volatile Second lastSecond = new Second(0, "1970-01-01T00:00:00.");

  /** A step of a request, as record {@code seq}. */
  static String of(long seq, AuditEvent event) {
    var action = event.action();
    var type =
        switch (action.kind()) {
          case MANAGEMENT -> "management";
          case MCP -> action.method().equals(TOOLS_CALL) ? "tool_call" : "mcp_request";
        };
    var json = new EventJson(seq, type, event.at());
    json.text("tenant_id", event.tenant().value());
    json.text("principal", event.caller().principal().subject());
    json.text("credential", event.caller().credential());
    json.text("agent_id", event.caller().agent());
    json.plain("call_id", action.callId() == null ? fresh() : action.callId());
    json.text("method", action.method());
    json.text("server", action.server());
    json.text("tool_id", action.tool());
    json.plain("input_hash", action.inputHash());
    json.text("policy_decision", event.verdict().effect().name().toLowerCase(Locale.ROOT));
    json.text("rule", event.verdict().rule());
    switch (event.phase()) {
      case Phase.Intended() -> json.text("execution_status", "intended");
      case Phase.Ended(var status, var nanos) -> {
        json.text("execution_status", status);
        json.json.append(",\"latency_ms\":").append(nanos / 1_000_000).append('.');
        json.json.append(String.valueOf(nanos / 1000 % 1000 + 1000), 1, 4);
      }
    }
    json.plain("trace_id", event.trace().traceId());
    return json.end();
  }

  /** That events are missing before this record, because they could not be kept. */
  static String lost(long seq, Instant at, long count) {
    var json = new EventJson(seq, "events_lost", at);
    json.json.append(",\"count\":").append(count);
    return json.end();
  }

  private String end() {
    return json.append('}').toString();
  }

  /** Names a record apart from others; it is no secret. */
  private static String fresh() {
    var random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private void text(String name, @Nullable String value) {
    plain(name, value == null ? null : Redaction.of(value));
  }

  /** What callers have no hand in. */
  private void plain(String name, @Nullable String shown) {
    if (shown == null) {
      return;
    }
    var length = Math.min(shown.length(), TEXT_CHARS_MAX);
    json.append(",\"").append(name).append("\":\"");
    var plain = 0;
    while (plain < length && isPlain(shown.charAt(plain))) {
      plain++;
    }
    json.append(plain == shown.length() ? shown : shown.substring(0, plain));
    for (int i = plain; i < length; i++) {
      var c = shown.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= 0x20 && c < 0x7f) {
        json.append(c);
      } else {
        json.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
      }
    }
    json.append('"');
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  }
}
