/** Tests of the guard around a server; time is a number that a test moves. */
@NullMarked
package io.portolan.gateway.core.resilience;

import org.jspecify.annotations.NullMarked;
