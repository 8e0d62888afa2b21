/**
 * The servers of tenants as rows in the store, and in the memory of each gateway; knows no HTTP.
 * Start at {@link io.portolan.registry.stored.StoredServers}, which the gateway asks, and {@link
 * io.portolan.registry.stored.ServerDesk}, which makes changes.
 */
@NullMarked
package io.portolan.registry.stored;

import org.jspecify.annotations.NullMarked;
