package io.portolan.tenancy.usage;

import java.time.Duration;

/**
 * Bounds of the ledger in one process.
 *
 * @param writeInterval how long what was counted waits to be written; a kill loses so much
 * @param writeMax how long one round of writing may take
 * @param seriesPerTenantMax series of a tenant at a time: what has no room is counted as one more,
 *     whose labels say {@code (other)}
 * @param seriesMax the same of all tenants together
 */
public record UsageSettings(
    Duration writeInterval, Duration writeMax, int seriesPerTenantMax, int seriesMax) {
  public static final UsageSettings DEFAULT =
      new UsageSettings(Duration.ofSeconds(1), Duration.ofSeconds(10), 2_000, 50_000);
}
