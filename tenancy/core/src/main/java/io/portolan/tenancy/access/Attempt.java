package io.portolan.tenancy.access;

import java.time.Instant;
import java.util.Map;

/**
 * What a caller wants to do with an item. Whatever costs something is found when it is asked for,
 * and only then. Used by one thread.
 */
public interface Attempt {
  /** When: one instant for the whole request. */
  Instant at();

  /**
   * The arguments as plain values: {@link String}, {@link Long}, {@link Double}, {@link Boolean},
   * {@link java.util.List}, {@link Map} and {@link Null}.
   *
   * @throws Unreadable when they are too many or too large to be looked at
   */
  Map<String, Object> arguments() throws Unreadable;

  /**
   * SHA-256 of the arguments' exact bytes, as 64 hex digits. Not of a canonical form: two texts
   * that differ in as little as the digits of a number never share a hash, so that an approval of
   * one is none of the other.
   */
  String argumentsHash();

  /** Stands for JSON's {@code null} in {@link #arguments}. */
  enum Null {
    NULL
  }

  /** The arguments cannot be looked at; the message says which bound they exceed. */
  final class Unreadable extends Exception {
    public Unreadable(String message) {
      super(message);
    }
  }
}
