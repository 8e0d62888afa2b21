package io.portolan.gateway.core.search;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/*
 * Names of servers' tools have two underscores in a row at the endpoint of all servers, so these two
 * can be nobody else's there. At the endpoint of one server names are that server's alone.
 */

/** The tools that find and call others, at the endpoint of all servers. Thread-safe. */
public final class ToolFinder {
  /** Finds tools. */
  public static final String FIND = "find_tools";

  /** Calls a tool by its name. */
  public static final String CALL = "call_tool";

  /** What the list of tools shows where the two are offered. */
  public enum Shown {
    /** The two, then all others. */
    ALL,
    /** The two and nothing else: the others are found, and can be called. */
    SEARCH_ONLY
  }

  /**
   * Where the two are offered. They can be called wherever there is a finder.
   *
   * @param fromTools from how many tools on they are listed, 0 to 1 000 000
   * @param shown what is listed then
   */
  public record Offer(int fromTools, Shown shown) {
    public Offer {
      if (fromTools < 0 || fromTools > 1_000_000) {
        throw new IllegalArgumentException("fromTools must be 0 to 1000000: " + fromTools);
      }
    }
  }

  private static final List<Item> OWN =
      List.of(new Item(FIND, OwnTools.FIND), new Item(CALL, OwnTools.CALL));
  private static final Listing OWN_ONLY = new Listing(OWN);

  private final ToolSearch search;
  private final Offer offer;
  private final Map<Listing, Listing> offered = Collections.synchronizedMap(new WeakHashMap<>());

  /** Searches with {@code search}. */
  public ToolFinder(ToolSearch search, Offer offer) {
    this.search = search;
    this.offer = offer;
  }

  /** The list as it is shown: with the two, where they are offered. */
  public Listing shown(Route route, Listing tools) {
    if (!(route instanceof Route.Federated) || tools.items().size() < offer.fromTools()) {
      return tools;
    }
    return switch (offer.shown()) {
      case SEARCH_ONLY -> OWN_ONLY;
      case ALL ->
          offered.computeIfAbsent(
              tools,
              all -> {
                var items = new ArrayList<>(OWN);
                items.addAll(all.items());
                return new Listing(items);
              });
    };
  }

  /** What of ours a message calls; null when it calls a server's, or nothing. */
  public static @Nullable String named(Route route, Message message) {
    if (!(route instanceof Route.Federated)
        || !(message instanceof Message.Request request)
        || !request.method().equals(Methods.TOOLS_CALL)) {
      return null;
    }
    var params = request.params();
    var name = params == null ? null : params.get("name");
    if (name == null || !name.isString()) {
      return null;
    }
    var text = name.string();
    return text.equals(FIND) || text.equals(CALL) ? text : null;
  }

  /** Searches what exists for a caller. */
  public ToolSearch.Outcome search(Listing tools, ToolSearch.Query query)
      throws InterruptedException {
    return search.search(tools, query);
  }

  /** A found tool and why it was, as JSON. */
  public static Slice json(ToolSearch.Outcome.Found found) {
    return OwnTools.json(found);
  }
}
