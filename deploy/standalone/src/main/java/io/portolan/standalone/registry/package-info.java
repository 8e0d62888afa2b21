/**
 * How people register servers: the endpoints of the management API and what they look at before a
 * server is taken in. Knows no HTTP beyond the API's own types. Start at {@link
 * io.portolan.standalone.registry.ServerApi}; {@link
 * io.portolan.standalone.registry.ServerInspector} looks at a server.
 */
@NullMarked
package io.portolan.standalone.registry;

import org.jspecify.annotations.NullMarked;
