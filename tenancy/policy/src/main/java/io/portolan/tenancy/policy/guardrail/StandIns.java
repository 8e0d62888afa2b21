package io.portolan.tenancy.policy.guardrail;

import java.util.List;

/** What looks like a placeholder: a kind, and what only its tenant can read. */
final class StandIns {
  static final Filter FILTER =
      new PatternFilter(
          List.of(
              PatternFilter.Sought.of(
                  "placeholder", "<", "<[a-z][a-z0-9-]{0,31}:[A-Za-z0-9_-]{38,800}>")));

  private StandIns() {}
}
