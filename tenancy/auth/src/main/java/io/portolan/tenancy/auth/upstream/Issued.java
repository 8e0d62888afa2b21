package io.portolan.tenancy.auth.upstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What came of asking for tokens. */
sealed interface Issued {
  /**
   * Tokens.
   *
   * @param refresh null where there is none
   */
  record Tokens(String access, Instant expiresAt, @Nullable String refresh) implements Issued {
    @Override
    public String toString() {
      return "Tokens[until " + expiresAt + "]";
    }
  }

  /**
   * The server said no.
   *
   * @param error its code, such as {@code invalid_grant}
   */
  record Refused(String error) implements Issued {}

  /** It could not be asked, or answered with something else. */
  record Unreachable(String why) implements Issued {}
}
