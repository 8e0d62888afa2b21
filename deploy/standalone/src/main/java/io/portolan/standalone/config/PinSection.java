package io.portolan.standalone.config;

import io.portolan.registry.pin.PinBook.WhenChanged;
import io.portolan.registry.stored.PinDesk.FirstSight;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of definitions that nobody approved of.
 *
 * @param firstSight of those that were never seen before; null where nothing is said: they wait for
 *     an approval where callers must sign in
 * @param whenChanged of those that are others than they were approved
 * @param servers the operator's own servers that are held to approvals too; those that tenants
 *     register always are
 */
public record PinSection(
    @Nullable FirstSight firstSight, WhenChanged whenChanged, Set<String> servers) {
  /** What holds where nothing is said. */
  public static final PinSection DEFAULT = new PinSection(null, WhenChanged.WITHHOLD, Set.of());

  public PinSection {
    servers = Set.copyOf(servers);
  }

  /** Reads the section of that name. */
  static PinSection of(Settings settings) {
    var read =
        new PinSection(
            settings.choice("first-sight", FirstSight.class).orElse(null),
            settings.choice("when-changed", DEFAULT.whenChanged()),
            Set.copyOf(settings.texts("servers")));
    settings.rejectUnknown();
    return read;
  }
}
