/**
 * What is looked for in the texts of calls. Filters find, and know neither what is done about it
 * nor where a text comes from. Start at {@link io.portolan.tenancy.policy.guardrail.Filter}.
 */
@NullMarked
package io.portolan.tenancy.policy.guardrail;

import org.jspecify.annotations.NullMarked;
