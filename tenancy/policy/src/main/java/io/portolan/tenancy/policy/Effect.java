package io.portolan.tenancy.policy;

/** What a rule that applies does. Where several apply, the strictest counts, in whatever order. */
public enum Effect {
  ALLOW,
  /** Allows what somebody approves of, and asks for that even where another rule allows it. */
  APPROVE,
  /** Wins over every other. */
  FORBID
}
