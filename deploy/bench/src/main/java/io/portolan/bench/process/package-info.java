/**
 * The processes of a run: started, asked for their endpoint, accounted for and stopped by their
 * pid.
 *
 * <p>Knows nothing of loads and figures. Start at {@link io.portolan.bench.process.ProcessTree} for
 * CPU and memory, {@link io.portolan.bench.process.PortolanProcess} for the gateway.
 */
@NullMarked
package io.portolan.bench.process;

import org.jspecify.annotations.NullMarked;
