package io.portolan.tenancy.policy.guardrail;

import io.portolan.tenancy.policy.guardrail.PatternFilter.Sought;
import java.util.List;

/** What secrets look like. */
final class Secrets {
  static final Filter FILTER =
      new PatternFilter(
          List.of(
              Sought.of(
                  "secret:private-key",
                  "-----BEGIN ",
                  "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\\s\\S]*?"
                      + "(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)"),
              Sought.of(
                  "secret:jwt",
                  "eyJ",
                  "\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"),
              new Sought(
                  "secret:bearer",
                  text -> text.contains("earer ") || text.contains("EARER "),
                  com.google.re2j.Pattern.compile("(?i)\\bbearer +[A-Za-z0-9._~+/-]{16,}=*"),
                  _ -> true),
              Sought.of("secret:aws-key", "A", "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
              Sought.of("secret:api-key", "sk-", "\\bsk-[A-Za-z0-9_-]{20,}"),
              Sought.of("secret:github-token", "gh", "\\bgh[pousr]_[A-Za-z0-9]{36,}"),
              Sought.of("secret:slack-token", "xox", "\\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
              Sought.of("secret:google-key", "AIza", "\\bAIza[A-Za-z0-9_-]{35}"),
              Sought.digits(
                  "secret:card", 13, "\\b(?:[0-9][ -]?){12,18}[0-9]\\b", Checksums::isCard)));

  private Secrets() {}
}
