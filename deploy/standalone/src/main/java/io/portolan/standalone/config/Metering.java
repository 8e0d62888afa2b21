package io.portolan.standalone.config;

import io.portolan.gateway.core.cost.Price;
import io.portolan.tenancy.quota.QuotaRule;
import java.util.List;

/**
 * What callers may use, and what it costs. Immutable.
 *
 * @param quotas all that match a call must grant it
 * @param costs what calls of tools cost; the others cost nothing
 */
public record Metering(List<QuotaRule> quotas, List<Price> costs) {
  /** Nothing is limited, and nothing costs anything. */
  public static final Metering NONE = new Metering(List.of(), List.of());

  public Metering {
    quotas = List.copyOf(quotas);
    costs = List.copyOf(costs);
  }
}
