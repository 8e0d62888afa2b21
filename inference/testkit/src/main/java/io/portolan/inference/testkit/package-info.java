/**
 * What every engine of a hybrid index must pass. Start at {@link
 * io.portolan.inference.testkit.HybridIndexContract}.
 */
@NullMarked
package io.portolan.inference.testkit;

import org.jspecify.annotations.NullMarked;
