/**
 * Calls of stateless clients to servers with sessions that wait for an answer of their client:
 * links on which a server may ask, what it asked, and the sealed state by which the client finds
 * back. Knows no reply and no view. Start at {@link io.portolan.gateway.core.parked.Conversation}
 * and {@link io.portolan.gateway.core.parked.ParkedCalls}.
 */
@NullMarked
package io.portolan.gateway.core.parked;

import org.jspecify.annotations.NullMarked;
