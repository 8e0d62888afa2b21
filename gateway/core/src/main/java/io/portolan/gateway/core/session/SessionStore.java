package io.portolan.gateway.core.session;

/**
 * Where the part of sessions is kept that cannot be sealed into their ids. A store that several
 * instances share makes it known to all of them. Thread-safe; must answer at once.
 */
public interface SessionStore {
  /** The state of a session; empty when nothing is known of it. */
  SessionState state(SealedSession session);

  /**
   * Notes that a session ended, so that its id opens it nowhere again.
   *
   * @param expiresMillis when its id ends by itself and need not be remembered any more
   */
  void ended(SealedSession session, long expiresMillis);

  /** Whether a session that is not being served here may be served, as far as is known. */
  boolean mayBeServed(SealedSession session);
}
