/**
 * A third party's server, scripted, and a client's connection, recorded: what the core's tests need
 * around the core. Start at {@link io.portolan.gateway.core.testkit.GatewayFixture}.
 */
@NullMarked
package io.portolan.gateway.core.testkit;

import org.jspecify.annotations.NullMarked;
