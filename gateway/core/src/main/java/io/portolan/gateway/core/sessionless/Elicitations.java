package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Elicitations that send the user to an address: 2025-11-25 wants an id on them, by which their end
 * can be told; 2026-07-28 has none. Stateless.
 */
final class Elicitations {
  private static final String ID = "elicitationId";

  private Elicitations() {}

  /** The same params with an id; a server's own stays. */
  static Slice withId(@Nullable Slice params, String id) {
    var members = JsonView.of(params == null ? InputRequests.NO_PARAMS : params);
    if (members.string(ID) != null) {
      return members.object();
    }
    var splice = new Splice(members.object());
    var bad = members.get(ID);
    var encoded = new JsonWriter().value(id).toSlice();
    if (bad != null) {
      return splice.replace(bad, encoded).apply().join();
    }
    var member = "\"" + ID + "\":" + encoded.text() + (members.size() > 0 ? "," : "");
    return splice.insert(members.object().from() + 1, Slice.utf8(member)).apply().join();
  }

  /** The id that is there now. */
  static String id(Slice params) {
    return Objects.requireNonNull(JsonView.of(params).string(ID));
  }
}
