package io.portolan.gateway.core.session;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.tenancy.Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a session id says of its session, to who has the key: enough to serve the session where it
 * was never seen. Immutable.
 *
 * @param number which session, unique with overwhelming probability
 * @param issuer the run of the gateway that opened it
 * @param issuedMillis when it was opened, milliseconds since 1970
 * @param principal the only one who may use it
 * @param route the endpoint it was opened at, and is bound to
 * @param opening version, capabilities and client info; null when they are too large for an id
 */
public record SealedSession(
    long number,
    long issuer,
    long issuedMillis,
    Principal principal,
    Route route,
    @Nullable SessionOpening opening) {}
