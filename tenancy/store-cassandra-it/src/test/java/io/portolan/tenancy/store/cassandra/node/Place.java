package io.portolan.tenancy.store.cassandra.node;

/**
 * Where a node is.
 *
 * @param address a loopback address of its own
 */
public record Place(String address, String datacenter) {}
