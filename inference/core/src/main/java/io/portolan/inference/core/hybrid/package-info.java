/**
 * Passages found by their words and by their meaning at once. Knows the shape of such an index and
 * how two rankings become one; engines are modules of their own. Start at {@link
 * io.portolan.inference.core.hybrid.HybridIndex}.
 */
@NullMarked
package io.portolan.inference.core.hybrid;

import org.jspecify.annotations.NullMarked;
