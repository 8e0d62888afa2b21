package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.ColumnType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How values lie in SQLite: as text wherever that is readable and sorts like the value. A value is
 * a Long, Double, String or byte[] here.
 */
final class Values {
  /** Of one length, so that text sorts like time. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Values() {}

  /** The type in a STRICT table. */
  static String sqlType(ColumnType type) {
    return switch (type) {
      case TEXT, TIMESTAMP, UUID -> "TEXT";
      case BIGINT, INT, BOOLEAN -> "INTEGER";
      case DOUBLE -> "REAL";
      case BLOB -> "BLOB";
    };
  }

  /** As SQLite holds it. */
  static @Nullable Object toSql(@Nullable Object stored) {
    return switch (stored) {
      case null -> null;
      case Integer number -> (long) number;
      case Boolean flag -> flag ? 1L : 0L;
      case Instant instant -> TIMESTAMP.format(instant);
      case UUID id -> id.toString();
      case Bytes bytes -> bytes.toArray();
      default -> stored;
    };
  }

  /** As tables hold it. */
  static @Nullable Object fromSql(ColumnType type, @Nullable Object sql) {
    if (sql == null) {
      return null;
    }
    return switch (type) {
      case TEXT, DOUBLE, BIGINT -> sql;
      case INT -> Math.toIntExact((Long) sql);
      case BOOLEAN -> (Long) sql != 0;
      case TIMESTAMP -> timestamp((String) sql);
      case UUID -> UUID.fromString((String) sql);
      case BLOB -> Bytes.of((byte[]) sql);
    };
  }

  /** By hand: the digits are where {@link #TIMESTAMP} puts them, and every read pays for it. */
  private static Instant timestamp(String text) {
    var day = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
    var seconds =
        day.toEpochDay() * 86_400
            + digits(text, 11, 13) * 3600L
            + digits(text, 14, 16) * 60L
            + digits(text, 17, 19);
    return Instant.ofEpochSecond(seconds, digits(text, 20, 23) * 1_000_000L);
  }

  private static int digits(String text, int from, int until) {
    var number = 0;
    for (int i = from; i < until; i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }

  static void bind(PreparedStatement statement, int index, @Nullable Object sql)
      throws SQLException {
    switch (sql) {
      case null -> statement.setObject(index, null);
      case Long number -> statement.setLong(index, number);
      case String text -> statement.setString(index, text);
      case byte[] bytes -> statement.setBytes(index, bytes);
      case Double number -> statement.setDouble(index, number);
      default -> throw new IllegalArgumentException("SQLite holds no " + sql.getClass());
    }
  }

  /** A column of the row the results stand at, of a STRICT column's type. */
  static @Nullable Object read(ResultSet results, int index) throws SQLException {
    return switch (results.getObject(index)) {
      case null -> null;
      case Integer number -> (long) number; // The driver's choice for small ones.
      case Object value -> value;
    };
  }
}
