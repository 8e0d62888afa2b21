/**
 * The Cassandra store engine: the Java driver, prepared statements, light-weight transactions in a
 * tenant's home region. Knows no area's tables, only shapes. Start at {@link
 * io.portolan.tenancy.store.cassandra.CassandraStore}, then {@code Commits}.
 */
@NullMarked
package io.portolan.tenancy.store.cassandra;

import org.jspecify.annotations.NullMarked;
