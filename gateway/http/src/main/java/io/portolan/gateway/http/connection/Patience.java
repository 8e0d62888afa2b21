package io.portolan.gateway.http.connection;

import java.time.Duration;

/**
 * How long a connection may keep a thread waiting.
 *
 * @param head for a request's head, and for the first byte on a fresh connection
 * @param body for a body, on top of what its rate grants
 * @param bodyBytesPerSecond the rate at which a body is never too slow
 * @param idle between requests
 * @param write while nothing at all is read of what is written
 * @param lingerBytesMax how much is read, and thrown away, behind a reply that came early
 */
public record Patience(
    Duration head,
    Duration body,
    int bodyBytesPerSecond,
    Duration idle,
    Duration write,
    int lingerBytesMax) {}
