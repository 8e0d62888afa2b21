package io.portolan.tenancy.quota;

import io.portolan.tenancy.TenantId;

/**
 * What a limit counts: one rule for one tenant, team, key, agent or tool of one tenant.
 *
 * @param value the one of the scope that the rule was matched with
 */
record Counter(TenantId tenant, QuotaRule rule, String value) {}
