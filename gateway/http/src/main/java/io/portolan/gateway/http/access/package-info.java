/**
 * The access log: one JSON line per request at the edge, never with arguments, results or tokens.
 * Knows no HTTP server. Start at {@link io.portolan.gateway.http.access.AccessLog}.
 */
@NullMarked
package io.portolan.gateway.http.access;

import org.jspecify.annotations.NullMarked;
