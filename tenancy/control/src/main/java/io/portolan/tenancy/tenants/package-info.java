/**
 * Tenants, and what each of them says of its own people: members and roles. Rows in the store, read
 * into the memory of each gateway; knows no HTTP. Start at {@link
 * io.portolan.tenancy.tenants.StoredTenants}, which answers requests, and {@link
 * io.portolan.tenancy.tenants.TenantDesk}, which makes changes.
 */
@NullMarked
package io.portolan.tenancy.tenants;

import org.jspecify.annotations.NullMarked;
