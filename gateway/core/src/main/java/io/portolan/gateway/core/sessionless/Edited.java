package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.protocol.JsonView;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a request what it will say once its edits are applied: URIs and task ids in the
 * server's own form. Stateless; for requests that are answered here instead of sent.
 */
final class Edited {
  private Edited() {}

  /** A string of params; null when there is none. */
  static @Nullable String string(OutboundRequest request, String member) {
    var edited = JsonView.of(request.splice().copy().apply().join());
    var params = edited.view("params");
    return params == null ? null : params.string(member);
  }
}
