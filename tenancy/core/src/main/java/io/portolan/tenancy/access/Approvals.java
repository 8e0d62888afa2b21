package io.portolan.tenancy.access;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.time.Instant;

/** What somebody approved of before it was done. Thread-safe; blocks on the store. */
public interface Approvals {
  /** Nobody can be asked. */
  Approvals NONE =
      new Approvals() {
        @Override
        public Answer redeem(Action action, Deadline deadline) {
          return new Answer.Unavailable("approvals are not kept here");
        }

        @Override
        public void giveBack(TenantId tenant, String id, Deadline deadline) {}
      };

  /**
   * Uses up the approval of an action, so that it is good for one call; where there is none,
   * somebody is asked for one.
   */
  Answer redeem(Action action, Deadline deadline) throws InterruptedException;

  /** Nothing was done with an approval that was used up: it is good again, while it lasts. */
  void giveBack(TenantId tenant, String id, Deadline deadline) throws InterruptedException;

  /**
   * What is to be approved of: these exact arguments, of this caller, for this thing.
   *
   * @param caller who wants to do it
   * @param item what it is about
   * @param rule the rule that asks for the approval
   * @param argumentsHash {@link Attempt#argumentsHash}
   * @param arguments the arguments' JSON as it was sent, to be shown to whoever approves; empty for
   *     none
   */
  record Action(Caller caller, Item item, String rule, String argumentsHash, String arguments) {}

  /** Whether the action may be done. */
  sealed interface Answer {
    /** Once, now; the approval is used up. */
    record Approved(String id) implements Answer {}

    /** Nobody has decided yet; somebody can until {@code until}. */
    record Pending(String id, Instant until) implements Answer {}

    /**
     * Somebody decided against it.
     *
     * @param rationale why; may be empty
     * @param until when it may be asked for again
     */
    record Rejected(String id, String rationale, Instant until) implements Answer {}

    /** It is longer than what can be shown to whoever approves. */
    record TooLong(int bytesMax) implements Answer {}

    /** So many actions of the caller, or of its tenant, wait already. */
    record Full(int max) implements Answer {}

    /** It cannot be told now; {@code reason} is for the log. */
    record Unavailable(String reason) implements Answer {}
  }
}
