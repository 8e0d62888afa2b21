package io.portolan.tenancy.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checksum each row carries, since SQLite's pages have none. It covers the table's name, and
 * the name, type and value of each column that is not null: so it stays right when columns are
 * added or stand in another order, and is checked from the file alone, without any declaration.
 * Immutable.
 */
final class RowSum {
  private final byte[] table;
  private final byte[][] columns;

  /** Where each column, by name, stands among the values. */
  private final int[] order;

  /** For rows whose values come in the order of {@code columns}, without the sum itself. */
  RowSum(String table, List<String> columns) {
    this.table = bytes(table);
    this.columns = columns.stream().map(RowSum::bytes).toArray(byte[][]::new);
    this.order =
        IntStream.range(0, columns.size())
            .boxed()
            .sorted(Comparator.comparing(columns::get))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The sum of a row, in [0, 2^32). */
  long of(List<@Nullable Object> values) {
    var sum = new CRC32C();
    sum.update(table, 0, table.length);
    var scratch = ByteBuffer.allocate(13);
    for (var index : order) {
      var value = values.get(index);
      if (value != null) {
        sum.update(columns[index], 0, columns[index].length);
        update(sum, scratch, value);
      }
    }
    return sum.getValue();
  }

  private static void update(CRC32C sum, ByteBuffer scratch, Object value) {
    switch (value) {
      case Long number -> update(sum, scratch.clear().put((byte) 1).putLong(number));
      case Double number ->
          update(sum, scratch.clear().put((byte) 2).putLong(Double.doubleToLongBits(number)));
      case String text -> update(sum, scratch, (byte) 3, bytes(text));
      case byte[] content -> update(sum, scratch, (byte) 4, content);
      default -> throw new IllegalArgumentException("SQLite holds no " + value.getClass());
    }
  }

  private static void update(CRC32C sum, ByteBuffer scratch, byte tag, byte[] content) {
    update(sum, scratch.clear().put(tag).putInt(content.length));
    sum.update(content, 0, content.length);
  }

  private static void update(CRC32C sum, ByteBuffer filled) {
    sum.update(filled.flip());
  }
}
