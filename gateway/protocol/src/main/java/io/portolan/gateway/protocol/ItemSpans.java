package io.portolan.gateway.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the first items of a few arrays are, written down while they are read. Not thread-safe
 * while that goes on.
 */
final class ItemSpans {
  /** More items than this are not written down: whoever asks for them crosses the array again. */
  static final int ITEMS_MAX = 32;

  private static final int FIELDS = 3; // of one item: its array, its first byte, the byte after it

  private int[] spans = new int[FIELDS * 2];
  private int size;
  private boolean full;
  private int array;

  /** The items of the array at {@code from} follow. */
  void array(int from) {
    array = from;
  }

  /** An item begins. */
  void begin(int from) {
    if (size == ITEMS_MAX) {
      full = true;
      return;
    }
    if (FIELDS * size == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    spans[FIELDS * size] = array;
    spans[FIELDS * size + 1] = from;
    spans[FIELDS * size + 2] = from;
    size++;
  }

  /** The item that began last ends. */
  void end(int to) {
    if (!full) {
      spans[FIELDS * size - 1] = to;
    }
  }

  /** Forgets all items. */
  void clear() {
    size = 0;
    full = false;
  }

  /** The items of an array in order; empty when it has none or they were not written down. */
  List<Slice> of(Slice of) {
    if (full) {
      return List.of();
    }
    var items = new ArrayList<Slice>(size);
    for (int i = 0; i < size; i++) {
      if (spans[FIELDS * i] == of.from()) {
        items.add(new Slice(of.array(), spans[FIELDS * i + 1], spans[FIELDS * i + 2]));
      }
    }
    return items;
  }
}
