/**
 * What a server offered when somebody approved of it, and what it offers now: so that a server
 * cannot turn one thing into another once it is trusted. Reads definitions as JSON; knows no
 * protocol and no gateway. Start at {@link io.portolan.registry.stored.PinDesk}; {@link
 * io.portolan.registry.pin.Change} grades a change, {@link io.portolan.registry.pin.Suspicion}
 * looks at texts that models read.
 */
@NullMarked
package io.portolan.registry.pin;

import org.jspecify.annotations.NullMarked;
