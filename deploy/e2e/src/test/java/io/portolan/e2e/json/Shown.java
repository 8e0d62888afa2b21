package io.portolan.e2e.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Bytes as a failure message shows them: as text, and not a megabyte of it. */
public final class Shown {
  private static final int CHARACTERS_MAX = 2_000;

  private Shown() {}

  public static String of(byte[] bytes) {
    return of(new String(bytes, UTF_8));
  }

  public static String of(String text) {
    return text.length() <= CHARACTERS_MAX
        ? text
        : text.substring(0, CHARACTERS_MAX / 2)
            + " … "
            + (text.length() - CHARACTERS_MAX)
            + " characters … "
            + text.substring(text.length() - CHARACTERS_MAX / 2);
  }
}
