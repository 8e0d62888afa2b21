/**
 * OpenAPI 3.0 and 3.1 documents as MCP tools. Pure: a document becomes tools ({@code convert}), the
 * arguments of a call become an HTTP request and its answer a result ({@code call}). Knows no
 * socket, no server and no gateway. Start at {@link io.portolan.gateway.openapi.convert.Converter}.
 */
@NullMarked
package io.portolan.gateway.openapi;

import org.jspecify.annotations.NullMarked;
