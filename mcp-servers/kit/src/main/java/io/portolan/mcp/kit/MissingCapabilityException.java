package io.portolan.mcp.kit;

/**
 * The client did not declare the capability that a question needs. A modern client gets error
 * -32021, a legacy one a tool error.
 */
public final class MissingCapabilityException extends RuntimeException {
  private final String capability;

  public MissingCapabilityException(String capability) {
    super("The client did not declare the capability '" + capability + "'", null, false, false);
    this.capability = capability;
  }

  /** The name of the capability, such as {@code sampling}. */
  public String capability() {
    return capability;
  }
}
