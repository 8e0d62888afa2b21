/**
 * Limits on what callers use: rates and concurrency in this process's memory, budgets of a day in
 * the store. Knows the store's tables and no engine. Start at {@link
 * io.portolan.tenancy.quota.StoredQuotas}.
 */
@NullMarked
package io.portolan.tenancy.quota;

import org.jspecify.annotations.NullMarked;
