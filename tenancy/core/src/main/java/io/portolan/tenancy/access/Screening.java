package io.portolan.tenancy.access;

/**
 * Looks at the texts of a call's arguments or result, one after the other, for what must not pass.
 * Immutable and thread-safe; takes time in proportion to a text's length.
 */
public interface Screening {
  /** Most characters of one call's texts that are looked at, all together. */
  int CHARS_MAX = 4 << 20;

  /**
   * Looks at one text.
   *
   * @param placeholders of the tenant whose call it is
   */
  Verdict screen(String text, Placeholders placeholders);

  /** Looks at one text of a tenant that has no placeholders. */
  default Verdict screen(String text) {
    return screen(text, Placeholders.NONE);
  }

  /**
   * Whether more than {@link #CHARS_MAX} may pass, because nothing is changed or refused anyway.
   */
  boolean passesUnseen();

  /** What becomes of a text. */
  sealed interface Verdict {
    /** It passes as it is. */
    record Clean() implements Verdict {}

    /** It passes with other words in place of what was found. */
    record Redacted(String text) implements Verdict {}

    /**
     * It does not pass, nor does what it belongs to.
     *
     * @param guardrail the name of the guardrail
     * @param finding the kind of what was found; never the text
     */
    record Refused(String guardrail, String finding) implements Verdict {}
  }
}
