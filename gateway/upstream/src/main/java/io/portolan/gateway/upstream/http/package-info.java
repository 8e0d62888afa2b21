/**
 * MCP over HTTP/1.1 on blocking sockets: a small pooled client of our own, and on top of it
 * Streamable HTTP in both eras and the older HTTP+SSE. Must not know the catalogue. Start at {@link
 * io.portolan.gateway.upstream.http.HttpUpstream}; the bytes are in {@code HttpClient}, {@code
 * HttpConnection} and {@code BodyStream}.
 */
@NullMarked
package io.portolan.gateway.upstream.http;

import org.jspecify.annotations.NullMarked;
