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
  private static final int GATHERED_BYTES = 512;

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
  long of(List<? extends @Nullable Object> values) {
    var sum = new CRC32C();
    sum.update(table, 0, table.length);
    // Small parts are gathered: a call for each would cost more than the sum.
    var gathered = ByteBuffer.allocate(GATHERED_BYTES);
    for (var index : order) {
      var value = values.get(index);
      if (value != null) {
        gathered = add(sum, gathered, columns[index]);
        gathered = add(sum, gathered, value);
      }
    }
    sum.update(gathered.flip());
    return sum.getValue();
  }

  private static ByteBuffer add(CRC32C sum, ByteBuffer gathered, Object value) {
    return switch (value) {
      case Long number -> room(sum, gathered).put((byte) 1).putLong(number);
      case Double number ->
          room(sum, gathered).put((byte) 2).putLong(Double.doubleToLongBits(number));
      case String text -> addSized(sum, gathered, (byte) 3, bytes(text));
      case byte[] content -> addSized(sum, gathered, (byte) 4, content);
      default -> throw new IllegalArgumentException("SQLite holds no " + value.getClass());
    };
  }

  private static ByteBuffer addSized(CRC32C sum, ByteBuffer gathered, byte tag, byte[] content) {
    return add(sum, room(sum, gathered).put(tag).putInt(content.length), content);
  }

  private static ByteBuffer add(CRC32C sum, ByteBuffer gathered, byte[] content) {
    if (content.length <= gathered.remaining()) {
      return gathered.put(content);
    }
    sum.update(gathered.flip());
    sum.update(content, 0, content.length);
    return gathered.clear();
  }

  private static ByteBuffer room(CRC32C sum, ByteBuffer gathered) {
    if (gathered.remaining() >= Long.BYTES + 1) {
      return gathered;
    }
    sum.update(gathered.flip());
    return gathered.clear();
  }
}
