package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.auth.Authentication;

/** Judges API keys from memory. Thread-safe; blocks on nothing. */
public interface ApiKeys {
  /** Whether any key was ever made. */
  enum Presence {
    NONE,
    SOME,
    /** It cannot be told: what is known of keys is too old. */
    UNKNOWN
  }

  /** Whose key this is; {@code text} starts as {@link KeyText#isOne} wants it. */
  Authentication authenticate(String text);

  /** Whether there are keys. */
  Presence presence();
}
