package io.portolan.standalone.document;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Amounts as people write them, with their unit: {@code 30s}, {@code 4MiB}. */
public final class Quantity {
  private static final Pattern AMOUNT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([A-Za-z]+)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "min", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Map<String, Long> BYTES =
      Map.of(
          "B", 1L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);

  private Quantity() {}

  /** A duration with the unit ms, s, m, min or h; empty when the text is none. */
  public static Optional<Duration> duration(String text) {
    var nanos = amount(text, NANOS);
    return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
  }

  /** A number of bytes with the unit B, KB, MB, GB, KiB, MiB or GiB; empty when it is none. */
  public static OptionalLong bytes(String text) {
    return amount(text, BYTES);
  }

  private static OptionalLong amount(String text, Map<String, Long> units) {
    var matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
      return OptionalLong.empty();
    }
    try {
      var unit = BigDecimal.valueOf(units.get(matcher.group(2)));
      return OptionalLong.of(new BigDecimal(matcher.group(1)).multiply(unit).longValueExact());
    } catch (ArithmeticException _) {
      return OptionalLong.empty(); // a fraction of a byte, or more than fits
    }
  }

  /** A duration as it would be written in a file. */
  public static String shown(Duration duration) {
    var millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /** A number of bytes as it would be written in a file. */
  public static String shown(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
  }
}
