/**
 * Texts become unit vectors, and the nearest of many vectors are found, in the process and on the
 * CPU. Knows no tenant but by name, no protocol and no store. Start at {@link
 * io.portolan.inference.core.Embedder}.
 */
@NullMarked
package io.portolan.inference.core;

import org.jspecify.annotations.NullMarked;
