/**
 * Servers of 2026-07-28, which know no sessions, as a session of an older client sees them: a link
 * that speaks the legacy era on this side and the modern one on the other. Knows no client's
 * connection and no transport. Start at {@link io.portolan.gateway.core.sessionless.ServerLinks}.
 */
@NullMarked
package io.portolan.gateway.core.sessionless;

import org.jspecify.annotations.NullMarked;
