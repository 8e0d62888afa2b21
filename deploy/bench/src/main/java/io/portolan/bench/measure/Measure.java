package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import java.io.IOException;

/** One question that is asked of every target. */
public sealed interface Measure
    permits Calls,
        BigResults,
        Progress,
        Churn,
        ModernCalls,
        Bridged,
        Authorised,
        Trouble,
        Tenants,
        Keys,
        ToolPages,
        SessionMemory,
        WarmStart {
  /** The word it is picked by on the command line. */
  String name();

  /**
   * Measures; blocks until it is done.
   *
   * @throws BadReplyException when a reply was wrong, which leaves no figure
   * @throws StartFailedException when a gateway of its own did not come up
   */
  Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException;
}
