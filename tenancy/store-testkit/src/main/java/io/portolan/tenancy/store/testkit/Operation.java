package io.portolan.tenancy.store.testkit;

import java.util.Optional;

/**
 * One operation of a concurrent history, with the answer it got.
 *
 * @param <S> the state of what was operated on; equal states are the same
 * @param text for a person to read when the history is wrong
 * @param invokedNanos when it began
 * @param returnedNanos when its answer was there; {@link Long#MAX_VALUE} when none came
 * @param ending whether it must have happened
 * @param effect what it does to a state, if its answer fits
 */
public record Operation<S>(
    String text, long invokedNanos, long returnedNanos, Ending ending, Effect<S> effect) {
  /** Whether an operation happened. */
  public enum Ending {
    /** It happened, between its beginning and its end. */
    ANSWERED,
    /** It happened at any time after its beginning, or never. */
    UNKNOWN
  }

  /** What an operation does. */
  public interface Effect<S> {
    /** The state after the operation; empty when its answer could not come from this state. */
    Optional<S> on(S state);
  }
}
