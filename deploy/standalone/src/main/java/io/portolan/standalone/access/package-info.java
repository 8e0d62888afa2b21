/**
 * Who may use the gateway, put on the wire: callers of MCP, the documents for OAuth clients, and
 * the API and command for keys. Start at {@link io.portolan.standalone.access.Access}.
 */
@NullMarked
package io.portolan.standalone.access;

import org.jspecify.annotations.NullMarked;
