/**
 * What callers used, by the hour: counted in memory, written behind, read for reports. Limits are
 * none of its business. Start at {@link io.portolan.tenancy.usage.StoredUsage}; what is read is a
 * {@link io.portolan.tenancy.usage.UsageReport}.
 */
@NullMarked
package io.portolan.tenancy.usage;

import org.jspecify.annotations.NullMarked;
