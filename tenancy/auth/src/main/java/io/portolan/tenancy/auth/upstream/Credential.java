package io.portolan.tenancy.auth.upstream;

/** What there is to show a server on somebody's behalf. */
public sealed interface Credential {
  /** An access token to this server. */
  record Token(String value) implements Credential {
    @Override
    public String toString() {
      return "Token";
    }
  }

  /** The user has to allow it first. */
  record Ungranted() implements Credential {}

  /**
   * There is none.
   *
   * @param why for operators; no secret is in it
   */
  record Unavailable(String why) implements Credential {}
}
