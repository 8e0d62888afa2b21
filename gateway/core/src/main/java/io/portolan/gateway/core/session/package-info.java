/**
 * What lives between two requests: legacy sessions with their streams, links to servers and pending
 * requests, and the sealed ids that let another gateway go on with a session. Bounded. Knows no
 * catalogue and no HTTP. Start at {@link io.portolan.gateway.core.session.LegacySessions}.
 */
@NullMarked
package io.portolan.gateway.core.session;

import org.jspecify.annotations.NullMarked;
