package io.portolan.tenancy.auth;

import io.portolan.tenancy.Caller;

/** What came of looking at who makes a request. Texts are for the caller and hold no secret. */
public sealed interface Authentication {
  /** The caller is known. */
  record Authenticated(Caller caller) implements Authentication {}

  /** Nothing was sent that could prove anybody. */
  record Missing() implements Authentication {}

  /** What was sent is not in the form that is expected. */
  record Malformed(String why) implements Authentication {}

  /** What was sent proves nobody: forged, expired, revoked, or meant for somebody else. */
  record Invalid(String why) implements Authentication {}

  /** The proof is good, and whoever it proves is not let in: their tenant is not. */
  record Barred(String why) implements Authentication {}

  /** A valid token that was granted no scope at all. */
  record Unscoped() implements Authentication {}

  /** It cannot be told now, and nobody is let in on a guess. Trying again is worth it. */
  record Unavailable(String why) implements Authentication {}
}
