package io.portolan.tenancy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The W3C trace context of a call, as it travels in the {@code traceparent} header and in {@code
 * _meta}. Trace ids tie log lines together; they are no secret, so a fast generator makes them.
 *
 * @param traceparent the whole value, version 00
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(String traceparent) {
  private static final int LENGTH = 55;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  public TraceContext {
    if (!wellFormed(traceparent)) {
      throw new IllegalArgumentException("not a W3C traceparent: " + traceparent);
    }
  }

  /** Reads a received value; empty when it is not a well-formed version 00 traceparent. */
  public static Optional<TraceContext> parse(String received) {
    return wellFormed(received) ? Optional.of(new TraceContext(received)) : Optional.empty();
  }

  /** Starts a new, sampled trace. */
  public static TraceContext start() {
    // Once for each call: written as bytes, because that costs a fifth of appending text.
    var random = ThreadLocalRandom.current();
    var text = new byte[LENGTH];
    text[0] = '0';
    text[1] = '0';
    hex(random.nextLong(), text, 3);
    hex(random.nextLong() | 1, text, 19);
    hex(random.nextLong() | 1, text, 36);
    text[2] = '-';
    text[35] = '-';
    text[52] = '-';
    text[53] = '0';
    text[54] = '1';
    return new TraceContext(new String(text, StandardCharsets.ISO_8859_1));
  }

  private static void hex(long value, byte[] text, int from) {
    for (int i = from + 15, shift = 0; i >= from; i--, shift += 4) {
      text[i] = DIGITS[(int) (value >>> shift) & 15];
    }
  }

  /** The 32 hex digits that name the trace. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  private static boolean wellFormed(String value) {
    if (value.length() != LENGTH || !value.startsWith("00-")) {
      return false;
    }
    return hex(value, 3, 35)
        && value.charAt(35) == '-'
        && hex(value, 36, 52)
        && value.charAt(52) == '-'
        && hex(value, 53, 55);
  }

  /** Lower-case hex digits, not all of them zero unless they are the two flag digits. */
  private static boolean hex(String value, int from, int to) {
    var zero = true;
    for (int i = from; i < to; i++) {
      var c = value.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
      zero &= c == '0';
    }
    return !zero || to - from == 2;
  }
}
