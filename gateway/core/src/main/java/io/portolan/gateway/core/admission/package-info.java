/**
 * The one place where the gateway asks what a caller may do: lists are filtered and requests
 * decided from the same permissions. Knows no rules, no wire format but JSON spans, and no
 * endpoint. Start at {@link io.portolan.gateway.core.admission.Admission}.
 */
@NullMarked
package io.portolan.gateway.core.admission;

import org.jspecify.annotations.NullMarked;
