/**
 * What every store engine is held to: a contract as tests that an engine's module extends,
 * histories checked for linearizability, injected faults. Test code, never shipped. Start at {@link
 * io.portolan.tenancy.store.testkit.StoreContract}.
 */
@NullMarked
package io.portolan.tenancy.store.testkit;

import org.jspecify.annotations.NullMarked;
