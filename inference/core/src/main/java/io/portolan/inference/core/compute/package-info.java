/**
 * The arithmetic: one interface, once with the Vector API and once without. Knows no model and no
 * index. Start at {@link io.portolan.inference.core.compute.Kernels}.
 */
@NullMarked
package io.portolan.inference.core.compute;

import org.jspecify.annotations.NullMarked;
