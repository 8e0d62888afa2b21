/**
 * The processes a test starts: the gateway from its distribution, the servers beside it. Each ends
 * with the test that started it. Start at {@link io.portolan.e2e.process.GatewayProcess}.
 */
@NullMarked
package io.portolan.e2e.process;

import org.jspecify.annotations.NullMarked;
