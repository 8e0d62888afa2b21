/**
 * Figures made readable: tables on the terminal, the same as Markdown for the record.
 *
 * <p>Knows nothing of how a figure came about. Start at {@link io.portolan.bench.report.Findings}.
 */
@NullMarked
package io.portolan.bench.report;

import org.jspecify.annotations.NullMarked;
