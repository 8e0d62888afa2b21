package io.portolan.standalone.doctor;

/**
 * What looking at one thing showed.
 *
 * @param subject what was looked at, in one or two words
 * @param text what was found and, unless all is well, what to do
 */
public record Check(Level level, String subject, String text) {
  /** How it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Missing, and only needed for some things. */
    NOTE,
    /** The gateway cannot start like this. */
    FAIL
  }

  static Check ok(String subject, String text) {
    return new Check(Level.OK, subject, text);
  }

  static Check note(String subject, String text) {
    return new Check(Level.NOTE, subject, text);
  }

  static Check fail(String subject, String text) {
    return new Check(Level.FAIL, subject, text);
  }
}
