/**
 * What keeps one bad server from doing harm: a breaker, a bulkhead, a pause it asked for and a
 * budget for repetitions, put around any {@link io.portolan.gateway.core.upstream.Upstream}. Knows
 * no client, no era and no transport. Start at {@link
 * io.portolan.gateway.core.resilience.GuardedUpstream}.
 */
@NullMarked
package io.portolan.gateway.core.resilience;

import org.jspecify.annotations.NullMarked;
