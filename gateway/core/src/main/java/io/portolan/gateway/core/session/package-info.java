/**
 * What lives between two requests: legacy sessions with their streams, links to servers and pending
 * requests. All in memory and bounded. Knows no catalogue and no HTTP. Start at {@link
 * io.portolan.gateway.core.session.LegacySessions}.
 */
@NullMarked
package io.portolan.gateway.core.session;

import org.jspecify.annotations.NullMarked;
