package io.portolan.tenancy.access;

/** What becomes of an attempt, and which rule says so. */
public sealed interface Decision {
  /** Go ahead; {@code rule} is the name of the rule that allows it, or empty without rules. */
  record Allowed(String rule) implements Decision {}

  /** A rule forbids it. */
  record Forbidden(String rule) implements Decision {}

  /** It was allowed and done, and a rule keeps its result from the caller. */
  record Withheld(String rule) implements Decision {}

  /** No rule allows it. */
  record NotAllowed() implements Decision {}

  /**
   * Allowed once somebody approves of exactly these arguments.
   *
   * @param rule the rule that asks for it
   * @param item what it is about, with the risk that counts
   * @param argumentsHash {@link Attempt#argumentsHash}
   */
  record ApprovalNeeded(String rule, Item item, String argumentsHash) implements Decision {}

  /**
   * The condition of a rule could not be evaluated, so nothing is allowed.
   *
   * @param rule the rule
   * @param reason what went wrong, for whoever writes the rules
   */
  record Undecidable(String rule, String reason) implements Decision {}

  /**
   * A guardrail refuses what the arguments hold.
   *
   * @param guardrail its name
   * @param finding the kind of what was found
   */
  record Screened(String guardrail, String finding) implements Decision {}

  /** Whether the attempt may go ahead now. */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }
}
