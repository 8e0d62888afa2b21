package io.portolan.tenancy.access;

import java.util.Locale;

/** What kinds of things of a server a caller may be allowed. */
public enum ItemKind {
  TOOL,
  /** A resource or a template of resources; its name is the URI. */
  RESOURCE,
  PROMPT,
  /** Completing an argument of a prompt or template. Allowed with it, unless it is forbidden. */
  COMPLETION,
  /** Asking for, updating or ending a task. Allowed with any tool, unless it is forbidden. */
  TASK,
  /** A method that the gateway does not know; its name is the method. */
  METHOD;

  /** Whether a rule of its own is needed to allow it, rather than what it belongs to. */
  public boolean needsAllowing() {
    return this != COMPLETION && this != TASK;
  }

  /** The kind in lower case, as conditions see it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
