/**
 * What one endpoint shows of the catalogue, and how its names map to a server's own: all servers
 * under qualified names, or one server untouched. Knows no client and no transport. Start at {@link
 * io.portolan.gateway.core.view.View}.
 */
@NullMarked
package io.portolan.gateway.core.view;

import org.jspecify.annotations.NullMarked;
