package io.portolan.standalone.config;

import io.portolan.standalone.document.Problem;
import java.util.List;

/** What came of reading the configuration. */
public sealed interface ConfigOutcome {
  /**
   * It can be started with.
   *
   * @param notices what the user should know all the same
   */
  record Usable(PortolanConfig config, List<String> notices) implements ConfigOutcome {
    public Usable {
      notices = List.copyOf(notices);
    }
  }

  /** It holds mistakes; nothing may be started. */
  record Rejected(List<Problem> problems) implements ConfigOutcome {
    public Rejected {
      problems = List.copyOf(problems);
    }
  }
}
