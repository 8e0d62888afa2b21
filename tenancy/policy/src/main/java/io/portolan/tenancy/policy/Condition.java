package io.portolan.tenancy.policy;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule's condition, compiled. Made by {@link Conditions}. Immutable and thread-safe; evaluating
 * blocks on nothing, and its work is bounded by what {@link Conditions} allows.
 */
public final class Condition {
  /** What a condition can read. */
  public enum Variable {
    /** The arguments of a call. */
    ARGS,
    /** Who calls. */
    CALLER,
    /** What is called. */
    ITEM,
    /** The time of the call. */
    NOW,
    /** What came of a call; only where a rule is asked with results. */
    RESULT;

    /** Its name in conditions. */
    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What a condition came to. */
  sealed interface Outcome {
    /** It is true. */
    record Holds() implements Outcome {}

    /** It is false. */
    record Fails() implements Outcome {}

    /** It has no value; the reason is for whoever wrote it. */
    record Broken(String reason) implements Outcome {}
  }

  static final Outcome HOLDS = new Outcome.Holds();
  static final Outcome FAILS = new Outcome.Fails();
  private static final int REASON_LENGTH_MAX = 200;

  private final String source;
  private final Program program;
  private final Set<Variable> reads;

  Condition(String source, Program program, Set<Variable> reads) {
    this.source = source;
    this.program = program;
    this.reads = Set.copyOf(reads);
  }

  /** The text it was made of. */
  public String source() {
    return source;
  }

  /** What it reads. */
  public Set<Variable> reads() {
    return reads;
  }

  /** Whether it can come to different values for one caller and one item. */
  boolean isAboutAttempts() {
    return reads.contains(Variable.ARGS)
        || reads.contains(Variable.NOW)
        || reads.contains(Variable.RESULT);
  }

  /** Evaluates it with values for all that it reads, by their names. */
  Outcome evaluate(Map<String, Object> values) {
    try {
      return Boolean.TRUE.equals(
              program.eval((CelVariableResolver) name -> Optional.ofNullable(values.get(name))))
          ? HOLDS
          : FAILS;
    } catch (CelEvaluationException e) {
      return new Outcome.Broken(cut(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      // The library's own mistakes must not allow anything either.
      return new Outcome.Broken(cut("cannot be evaluated: " + e.getClass().getSimpleName()));
    }
  }

  private static String cut(String reason) {
    return reason.length() <= REASON_LENGTH_MAX ? reason : reason.substring(0, REASON_LENGTH_MAX);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Condition condition && source.equals(condition.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return source;
  }
}
