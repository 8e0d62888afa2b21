package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.Caller;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The OAuth scopes of the MCP endpoints, and which one a method needs. A proof without scopes is
 * not limited by them. Stateless.
 */
public final class Scopes {
  /** Connecting, and whatever only reads: lists, resources, prompts, completions, streams. */
  public static final String READ = "mcp:read";

  /** What acts: tools and their tasks. Does not include {@link #READ}. */
  public static final String CALL = "mcp:tools:call";

  /** All of it. */
  public static final String ALL = "mcp";

  /** What clients may ask an authorization server for, the least first. */
  public static final List<String> SUPPORTED = List.of(READ, CALL, ALL);

  private static final String TASKS = "tasks/";
  private static final String NOTIFICATIONS = "notifications/";

  private Scopes() {}

  /**
   * What the caller's proof lacks for a method.
   *
   * @return null when nothing is missing
   */
  public static @Nullable String missing(Caller caller, String method) {
    var granted = caller.scopes();
    if (granted.isEmpty() || granted.contains(ALL)) {
      return null;
    }
    var needed = neededFor(method);
    return needed == null || granted.contains(needed) ? null : needed;
  }

  /** The scope that a method needs; null when it needs none. */
  static @Nullable String neededFor(String method) {
    if (method.equals(Methods.TOOLS_CALL) || method.startsWith(TASKS)) {
      return CALL;
    }
    return method.equals(Methods.PING) || method.startsWith(NOTIFICATIONS) ? null : READ;
  }

  /**
   * The scopes to ask for so that the missing one is granted and none of ours is lost, in a
   * challenge's form: separated by spaces, in order.
   */
  public static String toAskFor(Set<String> granted, String missing) {
    var all = new TreeSet<>(granted);
    all.retainAll(SUPPORTED);
    all.add(missing);
    return String.join(" ", all);
  }
}
