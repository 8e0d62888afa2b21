/**
 * Servers that misbehave beside the one that is measured, and the callers that suffer them. Knows
 * nothing of measures. Start at {@link io.portolan.bench.trouble.IllServer}.
 */
@NullMarked
package io.portolan.bench.trouble;

import org.jspecify.annotations.NullMarked;
