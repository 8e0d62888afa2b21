package io.portolan.tenancy.policy;

import io.portolan.tenancy.access.Stage;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a rule set.
 *
 * @param name unique in its set; 1 to 128 characters
 * @param effect what it does where it applies
 * @param who whom it is about
 * @param what what it is about
 * @param condition when it applies; null for always
 * @param stage when it is asked: before the call, or with its result, which it can only forbid
 */
public record Rule(
    String name, Effect effect, Who who, What what, @Nullable Condition condition, Stage stage) {
  /** The longest name in characters. */
  public static final int NAME_LENGTH_MAX = 128;

  public Rule {
    if (name.isBlank() || name.length() > NAME_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a rule's name has 1 to " + NAME_LENGTH_MAX + " characters: '" + name + "'");
    }
    if (stage == Stage.RESULTS && effect != Effect.FORBID) {
      throw new IllegalArgumentException("a result can only be forbidden: '" + name + "'");
    }
  }

  /** A rule that is asked before the call. */
  public Rule(String name, Effect effect, Who who, What what, @Nullable Condition condition) {
    this(name, effect, who, what, condition, Stage.ARGUMENTS);
  }

  /** Whether it is asked with results. */
  boolean isAboutResults() {
    return stage == Stage.RESULTS;
  }
}
