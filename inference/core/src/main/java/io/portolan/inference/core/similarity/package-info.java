/**
 * The nearest of many vectors, exactly. A tenant is a name here, and its vectors lie apart from all
 * others'. Knows no text. Start at {@link io.portolan.inference.core.similarity.SimilarityIndex}.
 */
@NullMarked
package io.portolan.inference.core.similarity;

import org.jspecify.annotations.NullMarked;
