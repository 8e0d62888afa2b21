/**
 * JSON as bytes: where each value lies in a text, random texts, and the comparison of two texts
 * outside the spans that may differ. Written apart from the gateway's own reader on purpose, so
 * that one misreading does not hide the other. Start at {@link io.portolan.e2e.json.JsonText}.
 */
@NullMarked
package io.portolan.e2e.json;

import org.jspecify.annotations.NullMarked;
