/**
 * Real Cassandra nodes on loopback addresses, each in a JVM of its own: made, killed, started again
 * and always stopped. Knows nothing of the store. Start at {@link
 * io.portolan.tenancy.store.cassandra.node.NodeCluster}.
 */
@NullMarked
package io.portolan.tenancy.store.cassandra.node;

import org.jspecify.annotations.NullMarked;
