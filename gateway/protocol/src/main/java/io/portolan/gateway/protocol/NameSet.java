package io.portolan.gateway.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Small objects, nearly all there are, are compared name by name. The seventeenth name of an object
 * moves its names into a table, so that an object with a hundred thousand names costs no more per
 * name than one with sixteen. Names with escapes are compared by what they say: they are decoded
 * into a buffer of their own, lone surrogates as three bytes that no valid text contains.
 */

/** The names of the objects that are open while a text is read. Not thread-safe. */
final class NameSet {
  private static final int FEW = 16;
  private static final int FIELDS = 3; // of one name: key, from, to

  private final byte[] bytes;
  private int[] names = new int[FIELDS * FEW];
  private int size;

  /** Per open object: the index of its first name, and its number in the table or 0. */
  private int[] objects = new int[16];

  private int depth;
  private byte[] decoded = new byte[0];
  private int decodedSize;
  private @Nullable NameTable table;

  /** For names of {@code bytes}. */
  NameSet(byte[] bytes) {
    this.bytes = bytes;
  }

  /** An object begins. */
  void open() {
    if (2 * depth == objects.length) {
      objects = Arrays.copyOf(objects, 4 * depth);
    }
    objects[2 * depth] = size;
    objects[2 * depth + 1] = 0;
    depth++;
  }

  /** The innermost object ends. */
  void close() {
    depth--;
    size = objects[2 * depth];
  }

  /** Adds {@code bytes[from..to)}, quotes included; false when the open object has that name. */
  boolean add(int from, int to) {
    for (int i = from + 1; i < to - 1; i++) {
      if (bytes[i] == '\\') {
        var start = decodedSize;
        decode(JsonText.decode(bytes, from, to));
        return addPlain(decoded, ~start, ~decodedSize);
      }
    }
    return addPlain(bytes, from + 1, to - 1);
  }

  /** Positions in the buffer of decoded names are complemented, which makes them negative. */
  private boolean addPlain(byte[] source, int from, int to) {
    var object = 2 * (depth - 1);
    var first = objects[object];
    if (size - first == FEW) {
      return addToTable(object, from, to);
    }
    var key = key(source, position(from), position(to));
    for (int i = first; i < size; i++) {
      if (names[FIELDS * i] == key
          && same(names[FIELDS * i + 1], names[FIELDS * i + 2], source, from, to)) {
        return false;
      }
    }
    if (FIELDS * (size + 1) > names.length) {
      names = Arrays.copyOf(names, 2 * names.length);
    }
    names[FIELDS * size] = key;
    names[FIELDS * size + 1] = from;
    names[FIELDS * size + 2] = to;
    size++;
    return true;
  }

  private boolean addToTable(int object, int from, int to) {
    if (table == null) {
      table = new NameTable();
    }
    if (objects[object + 1] == 0) {
      objects[object + 1] = table.newObject();
      for (int i = objects[object]; i < size; i++) {
        add(table, objects[object + 1], names[FIELDS * i + 1], names[FIELDS * i + 2]);
      }
    }
    return add(table, objects[object + 1], from, to);
  }

  private boolean add(NameTable target, int object, int from, int to) {
    var source = source(from);
    var hash = NameTable.hash(source, position(from), position(to), object);
    for (int slot = target.slot(hash); target.isUsed(slot); slot = target.next(slot)) {
      if (target.has(slot, object, hash)
          && same(target.from(slot), target.to(slot), source, from, to)) {
        return false;
      }
    }
    target.add(object, hash, from, to);
    return true;
  }

  private boolean same(int from, int to, byte[] source, int otherFrom, int otherTo) {
    return Arrays.equals(
        source(from), position(from), position(to), source, position(otherFrom), position(otherTo));
  }

  private byte[] source(int from) {
    return from < 0 ? decoded : bytes;
  }

  private static int position(int index) {
    return index < 0 ? ~index : index;
  }

  /** Differs for most names that differ; cheap rather than good. */
  private static int key(byte[] source, int from, int to) {
    var length = to - from;
    return length == 0
        ? 0
        : (length << 24) ^ (source[from] << 16) ^ (source[from + length / 2] << 8) ^ source[to - 1];
  }

  private void decode(String name) {
    if (decodedSize + 3 * name.length() > decoded.length) {
      decoded = Arrays.copyOf(decoded, 2 * decoded.length + 3 * name.length());
    }
    name.codePoints().forEach(this::append);
  }

  private void append(int codePoint) {
    if (codePoint < 0x80) {
      decoded[decodedSize++] = (byte) codePoint;
      return;
    }
    if (codePoint < 0x800) {
      decoded[decodedSize++] = (byte) (0xc0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        decoded[decodedSize++] = (byte) (0xe0 | (codePoint >> 12));
      } else {
        decoded[decodedSize++] = (byte) (0xf0 | (codePoint >> 18));
        decoded[decodedSize++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      }
      decoded[decodedSize++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
    }
    decoded[decodedSize++] = (byte) (0x80 | (codePoint & 0x3f));
  }
}
