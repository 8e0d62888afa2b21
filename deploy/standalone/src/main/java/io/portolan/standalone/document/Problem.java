package io.portolan.standalone.document;

/**
 * One mistake in a file.
 *
 * @param at where it stands
 * @param wrong what is wrong, naming what was written
 * @param expected what would have been right
 */
public record Problem(Place at, String wrong, String expected) {
  @Override
  public String toString() {
    return at + ": " + wrong + "\n    expected: " + expected;
  }
}
