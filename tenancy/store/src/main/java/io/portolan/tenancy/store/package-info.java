/**
 * Tables with a tenant in every partition key: the Cassandra model said honestly, as one small
 * interface for everything durable. Knows no engine and no driver; {@code store-embedded} and
 * {@code store-cassandra} are the engines. Start at {@link io.portolan.tenancy.store.TenantStore},
 * then {@link io.portolan.tenancy.store.Declaration}.
 */
@NullMarked
package io.portolan.tenancy.store;

import org.jspecify.annotations.NullMarked;
