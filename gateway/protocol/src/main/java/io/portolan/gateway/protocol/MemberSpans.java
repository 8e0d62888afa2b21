package io.portolan.gateway.protocol;

import java.util.Arrays;

/** Where the members of one object are, written down while it is read. Not thread-safe. */
final class MemberSpans {
  static final int FIELDS = 4; // of one member: name from, name to, value from, value to

  private int[] spans;
  private int size;

  /** With room for {@code members} members before it grows. */
  MemberSpans(int members) {
    spans = new int[FIELDS * members];
  }

  /** A member's value begins. */
  void begin(int nameFrom, int nameTo, int valueFrom) {
    if (FIELDS * size == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    spans[FIELDS * size] = nameFrom;
    spans[FIELDS * size + 1] = nameTo;
    spans[FIELDS * size + 2] = valueFrom;
    spans[FIELDS * size + 3] = valueFrom;
    size++;
  }

  /** The value that began last ends. */
  void end(int valueTo) {
    spans[FIELDS * size - 1] = valueTo;
  }

  /** Forgets all members. */
  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** Where the name of the last member begins. */
  int lastNameFrom() {
    return spans[FIELDS * (size - 1)];
  }

  int[] spans() {
    return spans;
  }
}
