package io.portolan.tenancy.store;

/** The clustering key of a table whose partitions have one row each. */
public record Only() {}
