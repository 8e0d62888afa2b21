package io.portolan.registry.pin;

import io.portolan.registry.pin.Observed.Kind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one thing that a server offers: what somebody approved of, and what was seen
 * last. Immutable.
 *
 * @param approved null of what nobody approved of yet
 * @param revision grows with each change
 */
public record Pin(
    Kind kind,
    String name,
    @Nullable Approved approved,
    Seen seen,
    Suspicion suspicion,
    long revision) {

  /** Whether it may be used. */
  public enum State {
    /** Nobody approved of it yet. */
    QUARANTINED,
    /** It is what was approved of. */
    APPROVED,
    /** It is another than the one that was approved of, and waits for a decision. */
    PENDING
  }

  /**
   * What somebody approved of.
   *
   * @param by who did; of what was approved at first sight, {@code first sight}
   */
  public record Approved(String sha256, String json, String by, Instant at) {}

  /** What the server offered when it was asked last. */
  public record Seen(String sha256, String json, Instant at) {}

  /** Whether it may be used. */
  public State state() {
    if (approved == null) {
      return State.QUARANTINED;
    }
    return approved.sha256().equals(seen.sha256()) ? State.APPROVED : State.PENDING;
  }

  /** How far what was seen is from what was approved; of what nobody approved of, no distance. */
  public Change change() {
    return approved == null
        ? new Change(Change.Grade.NONE, List.of())
        : Change.between(approved.json(), seen.json());
  }
}
