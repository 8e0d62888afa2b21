package io.portolan.gateway.http.access;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as JSON lines into bytes, without a library: this runs once for each call. Used by
 * one thread at a time.
 */
final class AccessLine {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int VALUE_CHARS_MAX = 256;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final Map<Outcome, String> OUTCOMES = outcomes();

  private byte[] line = new byte[512];
  private int size;
  private long second = Long.MIN_VALUE;
  private byte[] secondText = {};

  private static Map<Outcome, String> outcomes() {
    var names = new EnumMap<Outcome, String>(Outcome.class);
    for (var outcome : Outcome.values()) {
      names.put(outcome, outcome.name().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Formats an entry; the line is {@code bytes()[0..length)} until the next call. */
  int format(long epochMillis, AccessEntry entry) {
    size = 0;
    raw("{\"ts\":\"");
    timestamp(epochMillis);
    raw("\"");
    var call = entry.call();
    var context = entry.context();
    if (context != null) {
      raw(",\"trace\":\"");
      var named = call.trace(); // by the body, where no header said it
      raw((named == null ? context.trace() : named).traceparent(), 3, 35);
      raw("\"");
      text(",\"tenant\":", context.tenant().value());
    }
    text(",\"session\":", call.session());
    text(",\"http\":", entry.http());
    text(",\"method\":", call.method());
    text(",\"server\":", call.server());
    text(",\"tool\":", call.tool());
    text(",\"era\":", call.era());
    text(",\"outcome\":", OUTCOMES.get(call.outcome()));
    raw(",\"status\":");
    number(entry.status());
    raw(",\"ms\":");
    millis(entry.nanos());
    raw(",\"bytes_in\":");
    number(entry.bytesIn());
    raw(",\"bytes_out\":");
    number(entry.bytesOut());
    raw("}\n");
    return size;
  }

  byte[] bytes() {
    return line;
  }

  private void timestamp(long epochMillis) {
    var now = Math.floorDiv(epochMillis, 1000L);
    if (now != second) {
      secondText = ascii(SECOND.format(Instant.ofEpochSecond(now)));
      second = now;
    }
    reserve(secondText.length + 4);
    System.arraycopy(secondText, 0, line, size, secondText.length);
    size += secondText.length;
    threeDigits((int) Math.floorMod(epochMillis, 1000L));
    line[size++] = 'Z';
  }

  /** Milliseconds with three decimals. */
  private void millis(long nanos) {
    var micros = nanos / 1000;
    number(micros / 1000);
    reserve(4);
    line[size++] = '.';
    threeDigits((int) (micros % 1000));
  }

  private void threeDigits(int number) {
    line[size++] = (byte) ('0' + number / 100);
    line[size++] = (byte) ('0' + number / 10 % 10);
    line[size++] = (byte) ('0' + number % 10);
  }

  private void number(long number) {
    var digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    reserve(digits);
    var rest = number;
    for (int i = size + digits - 1; i >= size; i--) {
      line[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /** A member whose value is absent when null or empty. */
  private void text(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      return;
    }
    raw(name);
    raw("\"");
    var to = Math.min(value.length(), VALUE_CHARS_MAX);
    reserve(6 * to + 1);
    for (int i = 0; i < to; i++) {
      var c = value.charAt(i);
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
        escape(c);
      } else {
        line[size++] = (byte) c;
      }
    }
    line[size++] = '"';
  }

  /** Escapes all that is not printable ASCII, so that no terminal or log reader is led astray. */
  private void escape(char c) {
    line[size++] = '\\';
    if (c == '"' || c == '\\') {
      line[size++] = (byte) c;
      return;
    }
    line[size++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      line[size++] = HEX[(c >> shift) & 15];
    }
  }

  private void raw(String ascii) {
    raw(ascii, 0, ascii.length());
  }

  @SuppressWarnings("deprecation") // drops the high bytes, which ASCII does not have, in one copy
  private void raw(String ascii, int from, int to) {
    reserve(to - from);
    ascii.getBytes(from, to, line, size);
    size += to - from;
  }

  private void reserve(int more) {
    if (size + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, size + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
