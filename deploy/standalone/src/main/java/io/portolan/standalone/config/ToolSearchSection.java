package io.portolan.standalone.config;

import io.portolan.gateway.core.search.ToolFinder;
import io.portolan.standalone.config.Limits.Bound;

/**
 * Whether tools can be searched, and where that is offered.
 *
 * @param enabled whether there are {@code find_tools} and {@code call_tool} at all
 * @param fromTools from how many tools on they are listed
 * @param list what is listed then
 */
public record ToolSearchSection(Enabled enabled, int fromTools, ToolFinder.Shown list) {
  /** What holds where nothing is said. */
  public static final ToolSearchSection DEFAULT =
      new ToolSearchSection(Enabled.ON, 200, ToolFinder.Shown.ALL);

  private static final Bound TOOLS = new Bound(0, 1_000_000);

  /** Whether it is there. */
  public enum Enabled {
    ON,
    OFF
  }

  /** Reads the section of that name. */
  static ToolSearchSection of(Settings settings) {
    var read =
        new ToolSearchSection(
            settings.choice("enabled", DEFAULT.enabled()),
            settings.count("from-tools", DEFAULT.fromTools(), TOOLS),
            settings.choice("list", DEFAULT.list()));
    settings.rejectUnknown();
    return read;
  }
}
