package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.tenancy.CallContext;

/**
 * Where the answer to a request comes from.
 *
 * @param server the server
 * @param link the link to it
 * @param id the request's id there
 * @param context under which it was asked
 */
record Source(Server server, UpstreamLink link, long id, CallContext context) {}
