package io.portolan.gateway.core.admission;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.Risk;

/**
 * The level that a tool's annotations claim. A server may claim anything: the operator's word,
 * where there is one, counts instead. Stateless.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/schema">MCP 2025-11-25,
 *     ToolAnnotations</a>
 */
public final class ClaimedRisk {
  private ClaimedRisk() {}

  /** The level of a tool by its definition; without annotations, what they default to. */
  public static Risk of(Slice tool) {
    var hints = JsonView.of(tool).view("annotations");
    if (hints == null) {
      return Risk.L2;
    }
    if (isTrue(hints, "readOnlyHint")) {
      return Risk.L0;
    }
    var destructive = hints.get("destructiveHint");
    return destructive != null && destructive.is("false") ? Risk.L1 : Risk.L2;
  }

  private static boolean isTrue(JsonView hints, String name) {
    var value = hints.get(name);
    return value != null && value.is("true");
  }
}
