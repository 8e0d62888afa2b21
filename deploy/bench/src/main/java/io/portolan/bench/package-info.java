/**
 * The bench: direct, nginx and Portolan side by side in one run, as ratios.
 *
 * <p>A black box: it starts the built distribution and never sees a class of ours. Start at {@link
 * io.portolan.bench.Main}, then {@code measure}.
 */
@NullMarked
package io.portolan.bench;

import org.jspecify.annotations.NullMarked;
