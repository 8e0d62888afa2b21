/**
 * Two tenants at one gateway, for the tests that one never learns of the other. Start at {@link
 * io.portolan.e2e.tenants.Actor}.
 */
@NullMarked
package io.portolan.e2e.tenants;

import org.jspecify.annotations.NullMarked;
