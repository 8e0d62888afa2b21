package io.portolan.tenancy.policy.guardrail;

import io.portolan.tenancy.policy.guardrail.PatternFilter.Sought;
import java.util.List;

/** What identifies people. */
final class PersonalData {
  static final Filter FILTER =
      new PatternFilter(
          List.of(
              Sought.of(
                  "pii:email",
                  "@",
                  "[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}\\b"),
              Sought.digits(
                  "pii:iban", 10, "\\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\\b", Checksums::isIban),
              Sought.digits(
                  "pii:ssn",
                  9,
                  "\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b",
                  text -> !text.startsWith("000") && !text.startsWith("9")),
              Sought.digits(
                  "pii:phone",
                  8,
                  "(?:\\+|\\b00)[1-9][0-9]{0,2}[ ./-]?(?:\\(?[0-9]{1,4}\\)?[ ./-]?){2,5}[0-9]{2,}\\b",
                  _ -> true)));

  private PersonalData() {}
}
