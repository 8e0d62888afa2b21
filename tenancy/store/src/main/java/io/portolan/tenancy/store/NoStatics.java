package io.portolan.tenancy.store;

/** The static columns of a serial table that has none. */
public record NoStatics() {}
