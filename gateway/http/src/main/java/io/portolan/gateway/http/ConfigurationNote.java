package io.portolan.gateway.http;

/**
 * How the configuration in the files relates to the one in effect.
 *
 * @param status whether they are the same
 * @param detail what an operator should know, without any value of the configuration
 */
public record ConfigurationNote(Status status, String detail) {
  /** What is in the files is in effect. */
  public static final ConfigurationNote CURRENT = new ConfigurationNote(Status.CURRENT, "");

  /** Whether the configuration in the files is in effect. */
  public enum Status {
    CURRENT,
    /** It is right, and takes effect in part only. */
    NEEDS_RESTART,
    /** It has mistakes, and none of it is in effect. */
    REJECTED
  }
}
