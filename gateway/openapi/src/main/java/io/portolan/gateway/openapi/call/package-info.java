/**
 * Calls of tools that operations became: checked arguments to an HTTP request, its answer to a
 * result. Pure. Start at {@link io.portolan.gateway.openapi.call.RequestMaker} and {@link
 * io.portolan.gateway.openapi.call.ResultMaker}.
 */
@NullMarked
package io.portolan.gateway.openapi.call;

import org.jspecify.annotations.NullMarked;
