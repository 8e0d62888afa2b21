package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import java.util.List;

/**
 * What the upstream's tools are called behind a target, which may put something before the name.
 *
 * @param echo answers with its text
 * @param big answers with 64 KiB
 * @param progress reports twenty times
 */
public record Tools(String echo, String big, String progress) {
  /** Finds the three among the names a target lists. */
  public static Tools among(List<String> names) throws BadReplyException {
    return new Tools(ending(names, "echo"), ending(names, "big"), ending(names, "progress"));
  }

  private static String ending(List<String> names, String end) throws BadReplyException {
    return names.stream()
        .filter(name -> name.endsWith(end))
        .findFirst()
        .orElseThrow(() -> new BadReplyException("no tool '" + end + "' is listed in " + names));
  }
}
