package io.portolan.gateway.core.session;

import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Slice;
import org.jspecify.annotations.Nullable;

/**
 * A request of a server that a client has not answered yet.
 *
 * @param link where the answer goes
 * @param id the id as the server wrote it
 * @param progressToken the token as the server wrote it; null when it wants no progress
 */
public record Reverse(UpstreamLink link, Slice id, @Nullable Slice progressToken) {}
