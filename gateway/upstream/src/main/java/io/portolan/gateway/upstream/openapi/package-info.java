/**
 * HTTP APIs as MCP servers: fetches an OpenAPI document, offers its operations as tools, and calls
 * them. What the tools are, and what is sent, gateway/openapi says. Must not know the catalogue.
 * Start at {@link io.portolan.gateway.upstream.openapi.OpenApiUpstream}.
 */
@NullMarked
package io.portolan.gateway.upstream.openapi;

import org.jspecify.annotations.NullMarked;
