/**
 * Checks that a request has to pass before anything reads its body, in the order they are written
 * in {@link io.portolan.gateway.http.guard.Guards}. Each is a small class that says what was sent
 * and what was expected.
 */
@NullMarked
package io.portolan.gateway.http.guard;

import org.jspecify.annotations.NullMarked;
