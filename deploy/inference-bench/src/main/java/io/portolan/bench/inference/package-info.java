/**
 * What {@code ./portolan bench inference} runs. Start at {@link
 * io.portolan.bench.inference.InferenceBench}.
 */
@NullMarked
package io.portolan.bench.inference;

import org.jspecify.annotations.NullMarked;
