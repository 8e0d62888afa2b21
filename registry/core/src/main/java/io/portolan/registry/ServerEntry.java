package io.portolan.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server of a tenant: what all its versions have in common. Immutable.
 *
 * @param handle what its tools are called after, unique in its tenant
 * @param latest the version in force: of those that are not deleted, the newest; null where there
 *     is none
 * @param createdAt when its first version was published
 * @param updatedAt when anything of it changed last
 * @param revision grows with each change
 */
public record ServerEntry(
    ServerName name,
    String handle,
    @Nullable ServerVersion latest,
    Instant createdAt,
    Instant updatedAt,
    long revision) {}
