package io.portolan.tenancy.access;

import java.time.Instant;
import java.util.Map;

/**
 * What a caller wants to do with an item, and what came of it. Whatever costs something is found
 * when it is asked for, and only then. Used by one thread.
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
   * The members of what came of it, as plain values like those of {@link #arguments}.
   *
   * @throws Unreadable when nothing has come of it yet, or it is too much to be looked at
   */
  default Map<String, Object> result() throws Unreadable {
    throw new Unreadable("there is no result yet");
  }

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

  /** The values cannot be looked at; the message says which bound they exceed. */
  final class Unreadable extends Exception {
    public Unreadable(String message) {
      super(message);
    }
  }
}
