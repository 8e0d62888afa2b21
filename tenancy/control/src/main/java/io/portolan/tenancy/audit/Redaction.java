package io.portolan.tenancy.audit;

import java.util.regex.Pattern;

/**
 * Takes out of names what looks like a credential: callers choose some of them, and a record stays
 * for years.
 */
final class Redaction {
  /** Shorter than any credential that is worth hiding. */
  private static final int SUSPICIOUS_CHARS_MIN = 16;

  private static final Pattern SECRET =
      Pattern.compile(
          "eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*" // JWT
              + "|(?i:bearer|basic)\\s+[\\w.~+/=-]{8,}"
              + "|\\b(?:sk|pk|rk)[-_][\\w-]{12,}"
              + "|\\bgh[pousr]_\\w{16,}"
              + "|\\bxox[abprs]-[\\w-]{10,}"
              + "|\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"
              + "|\\bAIza[\\w-]{30,}"
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----.*");

  private Redaction() {}

  static String of(String text) {
    return text.length() < SUSPICIOUS_CHARS_MIN
        ? text
        : SECRET.matcher(text).replaceAll("[redacted]");
  }
}
