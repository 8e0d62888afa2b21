/**
 * Servers, clients and networks that misbehave, each in one way and each a class of its own. A
 * {@link io.portolan.e2e.faults.CallFault} is what a {@link io.portolan.e2e.upstream.RawUpstream}
 * does with a call; a {@link io.portolan.e2e.faults.ListFault} spoils a list; {@link
 * io.portolan.e2e.faults.ChaosProxy} is a bad network; the rest are bad peers.
 */
@NullMarked
package io.portolan.e2e.faults;

import org.jspecify.annotations.NullMarked;
