package io.portolan.gateway.core.upstream;

import io.portolan.registry.ServerDefinition;

/** Makes the transport for a definition. Does no I/O. Implemented by gateway/upstream. */
@FunctionalInterface
public interface UpstreamFactory {
  /** The server behind the definition, not yet connected. */
  Upstream create(ServerDefinition definition);
}
