package io.portolan.standalone.api;

import io.portolan.gateway.http.Identity;

/** Finds out who sends a request to the management API. Thread-safe. */
@FunctionalInterface
public interface Gatekeeper {
  /** Looks at a request. */
  Found of(Identity.Asked asked) throws InterruptedException;

  /** What was found out. */
  sealed interface Found {}

  /** The sender is known, and its proof is good for the management API. */
  record Known(Sender sender) implements Found {}

  /**
   * The request proves nobody, and this gateway serves anonymous callers.
   *
   * @param sender as whom they count
   * @param otherwise the answer where somebody has to sign in
   */
  record Anonymous(Sender.Member sender, Answer otherwise) implements Found {}

  /** The request proves nobody, or nobody who may be here. */
  record Refused(Answer answer) implements Found {}
}
