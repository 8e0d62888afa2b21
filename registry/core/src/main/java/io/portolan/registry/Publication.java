package io.portolan.registry;

import java.time.Instant;

/**
 * A version of a server that was published: what it is never changes, its status may. Immutable.
 *
 * @param draft as it was published; its handle is the server's
 * @param status where it is in its life
 * @param publishedAt when it was published
 * @param updatedAt when its status changed last, or it was published
 */
public record Publication(
    ServerDraft draft, Status status, Instant publishedAt, Instant updatedAt) {}
