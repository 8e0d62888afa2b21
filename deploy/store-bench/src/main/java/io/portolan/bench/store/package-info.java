/**
 * Measures the embedded store beside raw SQLite, interleaved in one run. Start at {@link
 * io.portolan.bench.store.StoreBench}.
 */
@NullMarked
package io.portolan.bench.store;

import org.jspecify.annotations.NullMarked;
