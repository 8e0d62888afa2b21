package io.portolan.gateway.core.admission;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Screening;
import io.portolan.tenancy.access.Stage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the result of one request before it is passed on. Immutable.
 *
 * @param permission what the caller may do with what was asked
 * @param at the time that counts for the request
 * @param arguments what was sent; null for nothing
 * @param placeholders of the caller's tenant
 */
public record ResultRules(
    Permission permission, Instant at, @Nullable Slice arguments, Placeholders placeholders) {

  /** The rules on results of a request; null when there are none. */
  public static @Nullable ResultRules of(
      @Nullable Permission permission,
      Instant at,
      @Nullable Slice arguments,
      Placeholders placeholders) {
    return permission == null
            || (!permission.looksAtResults() && permission.screening(Stage.RESULTS) == null)
        ? null
        : new ResultRules(permission, at, arguments, placeholders);
  }

  /** What looks at the result's texts; null when nothing does. */
  public @Nullable Screening screening() {
    return permission.screening(Stage.RESULTS);
  }

  /** Why what came of the call is kept from the caller; null when it is not. */
  public @Nullable Decision withheld(Slice done) {
    if (!permission.looksAtResults()) {
      return null;
    }
    var decision = permission.afterwards(new RequestAttempt(at, arguments, done));
    return decision.isAllowed() ? null : decision;
  }

  /**
   * What came of a call by the result of a request: that itself, or what it holds where it tells of
   * a task; null where nothing has come of it yet.
   */
  public static @Nullable Slice done(String method, JsonView result) {
    if (method.equals(Methods.TASKS_GET)) {
      return result.view("result") == null ? null : result.get("result");
    }
    var type = result.string("resultType");
    var isNone =
        "input_required".equals(type)
            || "task".equals(type)
            || (result.view("task") != null && isEmpty(result));
    return isNone ? null : result.object();
  }

  private static boolean isEmpty(JsonView result) {
    return result.get("content") == null && result.get("structuredContent") == null;
  }
}
