/**
 * all-MiniLM-L6-v2: its vocabulary, its weights, its six layers. Knows nothing of who asks, and of
 * how vectors are compared. Start at {@link io.portolan.inference.core.minilm.MiniLm}.
 */
@NullMarked
package io.portolan.inference.core.minilm;

import org.jspecify.annotations.NullMarked;
