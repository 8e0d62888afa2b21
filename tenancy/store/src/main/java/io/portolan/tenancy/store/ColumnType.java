package io.portolan.tenancy.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a column holds. Both engines store each type so that their own tools show it readably. */
public enum ColumnType {
  /**
   * {@code String} of whole characters without NUL, or the name of an enum's constant. Clusters by
   * its UTF-8 bytes.
   */
  TEXT(String.class, Clusters.YES),
  /** {@code long}. */
  BIGINT(Long.class, Clusters.YES),
  /** {@code int}. */
  INT(Integer.class, Clusters.YES),
  /** {@code boolean}. */
  BOOLEAN(Boolean.class, Clusters.NO),
  /** {@code double}; not a number is refused, because it equals nothing. */
  DOUBLE(Double.class, Clusters.NO),
  /** {@code Instant} of the years 0 to 9999, cut to milliseconds when it is written. */
  TIMESTAMP(Instant.class, Clusters.YES),
  /** {@code UUID}. Ids of one version from 3 to 8 cluster by their unsigned bits. */
  UUID(UUID.class, Clusters.YES),
  /** {@link Bytes}. Clusters by its unsigned bytes. */
  BLOB(Bytes.class, Clusters.YES);

  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private enum Clusters {
    YES,
    NO
  }

  private final Class<?> stored;
  private final Clusters clusters;

  ColumnType(Class<?> stored, Clusters clusters) {
    this.stored = stored;
    this.clusters = clusters;
  }

  /** The class of this type's values as the engines see them. */
  public Class<?> stored() {
    return stored;
  }

  boolean canBeKey() {
    return clusters == Clusters.YES;
  }

  /** The value as it is stored and compared, from a record's component or a condition. */
  @Nullable Object toStored(@Nullable Object value, String column) {
    var converted =
        switch (value) {
          case null -> null;
          case Enum<?> constant -> constant.name();
          case Instant instant -> instant.truncatedTo(ChronoUnit.MILLIS);
          default -> value;
        };
    if (converted == null) {
      return null;
    }
    if (!stored.isInstance(converted)) {
      throw new IllegalArgumentException(
          "column %s holds %s, not %s"
              .formatted(column, stored.getSimpleName(), converted.getClass().getSimpleName()));
    }
    if (converted instanceof Double number && number.isNaN()) {
      throw new IllegalArgumentException("column " + column + " holds a number, not NaN");
    }
    if (converted instanceof Instant instant
        && (instant.isBefore(EARLIEST) || instant.isAfter(LATEST))) {
      throw new IllegalArgumentException(
          "column " + column + " holds years 0 to 9999, not " + instant);
    }
    if (converted instanceof String text && !storable(text)) {
      throw new IllegalArgumentException(
          "column " + column + " holds text without NUL and without halves of characters");
    }
    return converted;
  }

  /** Whether every engine gives the text back as it is: UTF-8 has no form for half a pair. */
  private static boolean storable(String text) {
    return text.indexOf(0) < 0 && new String(text.getBytes(UTF_8), UTF_8).equals(text);
  }

  /** The type for a record component's class, or null when no column holds it. */
  static @Nullable ColumnType of(Class<?> component) {
    if (component.isEnum()) {
      return TEXT;
    }
    for (var type : values()) {
      if (type.stored == component) {
        return type;
      }
    }
    return switch (component.getName()) {
      case "long" -> BIGINT;
      case "int" -> INT;
      case "boolean" -> BOOLEAN;
      case "double" -> DOUBLE;
      default -> null;
    };
  }
}
