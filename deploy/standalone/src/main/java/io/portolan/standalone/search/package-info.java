/**
 * Finds tools by their words and their meaning, with the parts of {@code inference}. Knows lists of
 * tools and neither callers nor rules: what it is given to search is all that exists. Start at
 * {@link io.portolan.standalone.search.IndexedToolSearch}.
 */
@NullMarked
package io.portolan.standalone.search;

import org.jspecify.annotations.NullMarked;
