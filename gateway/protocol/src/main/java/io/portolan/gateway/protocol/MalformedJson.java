package io.portolan.gateway.protocol;

/** A text that is not JSON, or JSON that is not accepted. The message is fit for callers. */
public final class MalformedJson extends Exception {
  private static final int QUOTED_BYTES_MAX = 64;

  private final boolean refused;

  private MalformedJson(String message, boolean refused) {
    super(message, null, false, false);
    this.refused = refused;
  }

  static MalformedJson at(int offset, String problem) {
    return new MalformedJson(problem + " at byte " + offset, false);
  }

  static MalformedJson limit(String problem) {
    return new MalformedJson(problem, true);
  }

  static MalformedJson duplicate(int offset, Slice name) {
    return new MalformedJson("duplicate member " + quoted(name) + " at byte " + offset, true);
  }

  /** A region as it may be repeated to its sender: cut where it is long. */
  static String quoted(Slice region) {
    return region.length() <= QUOTED_BYTES_MAX
        ? region.text()
        : new Slice(region.array(), region.from(), region.from() + QUOTED_BYTES_MAX).text() + "...";
  }

  /** Whether the text may be JSON but goes over a limit or repeats a member. */
  public boolean isLimit() {
    return refused;
  }
}
