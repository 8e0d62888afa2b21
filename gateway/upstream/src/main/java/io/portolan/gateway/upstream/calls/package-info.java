/**
 * What the transports share: calls that are under way on one channel and what came back for them,
 * bounded inboxes, deadlines, and the gateway's own messages. Knows no socket and no process. Start
 * at {@link io.portolan.gateway.upstream.calls.PendingCalls}.
 */
@NullMarked
package io.portolan.gateway.upstream.calls;

import org.jspecify.annotations.NullMarked;
