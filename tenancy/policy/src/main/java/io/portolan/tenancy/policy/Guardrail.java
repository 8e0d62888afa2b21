package io.portolan.tenancy.policy;

import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.guardrail.Filter;
import java.util.Set;

/**
 * Something that looks at the texts of calls. Those that are about a call look one after the other,
 * in the order in which they were written.
 *
 * @param name unique in its set; 1 to 128 characters
 * @param filter what it looks for
 * @param action what it does about it
 * @param stages at what it looks
 * @param who at whose calls it looks
 * @param what at calls of what
 */
public record Guardrail(
    String name, Filter filter, Action action, Set<Stage> stages, Who who, What what) {
  /** What is done about what was found. */
  public enum Action {
    /** It is told in the log, by its kind, and passes. */
    OBSERVE,
    /** Its kind takes its place. */
    REDACT,
    /**
     * A placeholder of the caller's tenant takes its place, or its kind where there can be none.
     */
    PLACEHOLDER,
    /** In arguments: what a placeholder of the tenant stands for takes its place. */
    RESTORE,
    /** The call is refused, or its result. */
    REFUSE
  }

  public Guardrail {
    stages = Set.copyOf(stages);
    if (action == Action.RESTORE && !stages.equals(Set.of(Stage.ARGUMENTS))) {
      throw new IllegalArgumentException("texts are restored in arguments only: '" + name + "'");
    }
    if (name.isBlank() || name.length() > Rule.NAME_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a guardrail's name has 1 to " + Rule.NAME_LENGTH_MAX + " characters: '" + name + "'");
    }
  }
}
