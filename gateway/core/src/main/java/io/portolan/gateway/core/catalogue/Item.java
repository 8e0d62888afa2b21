package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.Slice;

/**
 * One tool, resource, template or prompt in a list.
 *
 * @param key its name or URI in this list
 * @param json its definition; byte for byte the server's, but for the names a view rewrites
 */
public record Item(String key, Slice json) {}
