/**
 * What calls cost, as the operator declares it: read off a server's result, or estimated. Knows no
 * quota and no ledger. Start at {@link io.portolan.gateway.core.cost.Prices}.
 */
@NullMarked
package io.portolan.gateway.core.cost;

import org.jspecify.annotations.NullMarked;
