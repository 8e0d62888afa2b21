package io.portolan.gateway.protocol;

import java.security.SecureRandom;
import java.util.Arrays;

/*
 * Open addressing with linear probing, at most half full. One table serves all large objects of a
 * text: a name is found under the number of its object. The hash is keyed with a secret of this
 * process, so that no sender can choose names that collide.
 */

/** Names of objects too large to compare one by one. Not thread-safe. */
final class NameTable {
  private static final long SECRET = new SecureRandom().nextLong() | 1;
  private static final int FIELDS = 4; // of one name: object, hash, from, to

  private int[] slots = new int[128]; // number of the name plus 1; 0 when free
  private int[] names = new int[FIELDS * 64];
  private int size;
  private int objects;

  /** A number for an object that no other object of this table has; never 0. */
  int newObject() {
    return ++objects;
  }

  /** The keyed hash of a name in an object. */
  static int hash(byte[] bytes, int from, int to, int object) {
    var hash = mix(SECRET ^ object);
    var i = from;
    for (; i + 8 <= to; i += 8) {
      hash = mix(hash ^ Words.at(bytes, i));
    }
    var rest = (long) (to - from) << 56;
    for (; i < to; i++) {
      rest ^= (bytes[i] & 0xffL) << (8 * (to - i - 1));
    }
    hash = mix(hash ^ rest);
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long word) {
    return (word * SECRET) ^ Math.multiplyHigh(word, SECRET);
  }

  /** Where to start looking for a hash. */
  int slot(int hash) {
    return hash & (slots.length - 1);
  }

  /** Where to look after {@code slot}. */
  int next(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  /** Whether a name is at {@code slot}. */
  boolean isUsed(int slot) {
    return slots[slot] != 0;
  }

  /** Whether the name at {@code slot} may be the one of that object and hash. */
  boolean has(int slot, int object, int hash) {
    var name = FIELDS * (slots[slot] - 1);
    return names[name + 1] == hash && names[name] == object;
  }

  /** Where the name at {@code slot} begins. */
  int from(int slot) {
    return names[FIELDS * (slots[slot] - 1) + 2];
  }

  /** Where the name at {@code slot} ends. */
  int to(int slot) {
    return names[FIELDS * (slots[slot] - 1) + 3];
  }

  /** Adds a name that is not there yet. */
  void add(int object, int hash, int from, int to) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    if (FIELDS * (size + 1) > names.length) {
      names = Arrays.copyOf(names, 2 * names.length);
    }
    var name = FIELDS * size;
    names[name] = object;
    names[name + 1] = hash;
    names[name + 2] = from;
    names[name + 3] = to;
    size++;
    place(hash, size);
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int i = 0; i < size; i++) {
      place(names[FIELDS * i + 1], i + 1);
    }
  }

  private void place(int hash, int number) {
    var slot = slot(hash);
    while (isUsed(slot)) {
      slot = next(slot);
    }
    slots[slot] = number;
  }
}
