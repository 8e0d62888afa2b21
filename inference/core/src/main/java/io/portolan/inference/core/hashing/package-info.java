/**
 * Vectors without a model: words and parts of words, hashed. Start at {@link
 * io.portolan.inference.core.hashing.HashingEmbedder}.
 */
@NullMarked
package io.portolan.inference.core.hashing;

import org.jspecify.annotations.NullMarked;
