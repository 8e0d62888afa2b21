/**
 * What is measured: each class one question, asked of every target in turn, round after round.
 *
 * <p>Ratios are taken within a round and the median of them counts, so that what disturbs the
 * machine disturbs both sides. Start at {@link io.portolan.bench.measure.Measure}.
 */
@NullMarked
package io.portolan.bench.measure;

import org.jspecify.annotations.NullMarked;
