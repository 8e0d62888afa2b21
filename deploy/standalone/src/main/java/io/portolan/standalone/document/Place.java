package io.portolan.standalone.document;

import java.nio.file.Path;

/**
 * Where something stands in a file.
 *
 * @param file as the user named it
 * @param line counted from 1; 0 when no line can be named
 * @param column counted in characters from 1
 */
public record Place(Path file, int line, int column) {
  /** A file as a whole, when none of its lines can be named. */
  public static Place whole(Path file) {
    return new Place(file, 0, 0);
  }

  /** The start of a file. */
  public static Place startOf(Path file) {
    return new Place(file, 1, 1);
  }

  /** No place in a file: what a flag says. */
  public static Place commandLine() {
    return new Place(Path.of("command line"), 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 ? file.toString() : file + ":" + line + ":" + column;
  }
}
