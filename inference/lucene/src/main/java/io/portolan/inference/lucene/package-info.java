/**
 * The hybrid index in the process. Words are Lucene's, vectors the exact index's; neither is kept
 * anywhere but in memory. Start at {@link io.portolan.inference.lucene.LuceneHybridIndex}.
 */
@NullMarked
package io.portolan.inference.lucene;

import org.jspecify.annotations.NullMarked;
