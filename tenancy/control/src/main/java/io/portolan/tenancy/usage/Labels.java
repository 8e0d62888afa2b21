package io.portolan.tenancy.usage;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.UsageLedger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What tells the series of a tenant apart. Texts are cut to {@link #LENGTH_MAX} characters, so that
 * a name of a megabyte is not kept.
 *
 * @param teams the caller's, in order, one a line; null where there are none
 */
record Labels(
    @Nullable String teams,
    String credential,
    @Nullable String agent,
    @Nullable String server,
    @Nullable String tool) {
  static final int LENGTH_MAX = 255;

  /** What parts the names of several teams. */
  static final String BETWEEN_TEAMS = "\n";

  /** No name that is in use looks like this. */
  private static final String OTHER_NAME = "(other)";

  /** Stands for all series that there was no room for. */
  static final Labels OTHER =
      new Labels(OTHER_NAME, OTHER_NAME, OTHER_NAME, OTHER_NAME, OTHER_NAME);

  private static final int TEAMS_MAX = 16;

  static Labels of(Caller caller, UsageLedger.Call call) {
    return new Labels(
        teams(caller),
        cut(caller.credential()),
        cutOrNull(caller.agent()),
        cutOrNull(call.server()),
        cutOrNull(call.tool()));
  }

  private static @Nullable String teams(Caller caller) {
    var teams = caller.teams();
    if (teams.isEmpty()) {
      return null;
    }
    return teams.stream()
        .map(team -> cut(team).replace(BETWEEN_TEAMS, " "))
        .sorted()
        .limit(TEAMS_MAX)
        .collect(Collectors.joining(BETWEEN_TEAMS));
  }

  private static @Nullable String cutOrNull(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  private static String cut(String text) {
    return text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX);
  }
}
