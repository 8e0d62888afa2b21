package io.portolan.tenancy.usage;

import io.portolan.tenancy.usage.UsageTables.Counted;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What usage can be told apart by. */
public enum Dimension {
  /** The beginning of the hour, UTC, ISO 8601. */
  HOUR,
  /** A call of somebody in two teams counts for both. */
  TEAM,
  /** The credential: {@code anonymous}, {@code key:<key id>} or {@code jwt:<issuer>}. */
  KEY,
  AGENT,
  SERVER,
  TOOL;

  /** As it is written in requests and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The dimension that is written so. */
  public static Optional<Dimension> of(String label) {
    return Stream.of(values()).filter(each -> each.label().equals(label)).findFirst();
  }

  /** What a row counts for: one, or several teams. Empty texts stand for nothing. */
  List<String> of(Counted row) {
    return switch (this) {
      case HOUR -> List.of(row.key().hour().toString());
      case TEAM -> {
        var teams = row.teams();
        yield teams == null ? List.of("") : List.of(teams.split(Labels.BETWEEN_TEAMS));
      }
      case KEY -> List.of(row.credential());
      case AGENT -> one(row.agent());
      case SERVER -> one(row.server());
      case TOOL -> one(row.tool());
    };
  }

  private static List<String> one(@Nullable String text) {
    return List.of(text == null ? "" : text);
  }
}
