/**
 * The embedded store engine: one SQLite file, one writer that commits in groups, many readers.
 * Knows no area's tables, only shapes. Start at {@link
 * io.portolan.tenancy.store.embedded.EmbeddedStore}, then {@code Writer}.
 */
@NullMarked
package io.portolan.tenancy.store.embedded;

import org.jspecify.annotations.NullMarked;
