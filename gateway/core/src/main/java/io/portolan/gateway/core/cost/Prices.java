package io.portolan.gateway.core.cost;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What calls of which tools cost. Can be replaced at any time. Thread-safe. */
public final class Prices {
  /** Most prices. */
  public static final int PRICES_MAX = 1_000;

  private volatile Map<Tool, Price> prices;

  private record Tool(String server, @Nullable String name) {}

  /**
   * @param all at most {@link #PRICES_MAX}; of two of the same tool the first counts
   */
  public Prices(List<Price> all) {
    this.prices = byTool(all);
  }

  /** Nothing costs anything. */
  public static Prices none() {
    return new Prices(List.of());
  }

  private static Map<Tool, Price> byTool(List<Price> all) {
    if (all.size() > PRICES_MAX) {
      throw new IllegalArgumentException(all.size() + " prices, more than " + PRICES_MAX);
    }
    var byTool = new HashMap<Tool, Price>();
    for (var price : all) {
      byTool.putIfAbsent(new Tool(price.server(), price.tool()), price);
    }
    return byTool;
  }

  /** Other prices from now on; calls under way keep theirs. */
  public void replace(List<Price> all) {
    prices = byTool(all);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return prices.isEmpty();
  }

  /** The price of a tool; null when it costs nothing. */
  public @Nullable Price of(String server, String tool) {
    var now = prices;
    var own = now.get(new Tool(server, tool));
    return own != null ? own : now.get(new Tool(server, null));
  }
}
