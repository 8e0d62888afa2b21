package io.portolan.inference.core.compute;

/**
 * Where the rows of one text are, and how they are divided among the heads.
 *
 * @param firstRow the text's first row
 * @param tokens its number of rows, at least 1
 * @param width length of a row of the result
 * @param heads heads, each with {@code width / heads} of a row
 */
public record Attention(int firstRow, int tokens, int width, int heads) {
  public Attention {
    if (firstRow < 0 || tokens < 1 || heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("no rows of a text: " + firstRow + ", " + tokens);
    }
  }

  int headWidth() {
    return width / heads;
  }

  /** Tokens, rounded up so that a whole vector fits everywhere. */
  int paddedTokens() {
    return (tokens + 15) & ~15;
  }

  /** How much room {@link Kernels#attend} needs for texts of up to so many tokens. */
  public static int scratchFloats(int tokens, int headWidth) {
    return ((tokens + 15) & ~15) * (headWidth + 1);
  }
}
