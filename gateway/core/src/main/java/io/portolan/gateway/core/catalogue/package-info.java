/**
 * What the servers offer, as immutable snapshots, and the loops that keep them true. Lists and
 * routes are answered from here without asking a server. Knows no client and no transport. Start at
 * {@link io.portolan.gateway.core.catalogue.Federation}.
 */
@NullMarked
package io.portolan.gateway.core.catalogue;

import org.jspecify.annotations.NullMarked;
