/**
 * What callers may do, as the gateway asks for it: one digest of the rules per caller, which
 * decides what is listed and what may be called alike. Knows no rule language and no wire format.
 * Start at {@link io.portolan.tenancy.access.Policy}.
 */
@NullMarked
package io.portolan.tenancy.access;

import org.jspecify.annotations.NullMarked;
