/**
 * Rules that allow and forbid, their conditions in CEL, and what they come to for a caller. Knows
 * no wire format, no store and no gateway. Start at {@link io.portolan.tenancy.policy.RuleSet}; the
 * plain meaning of the rules is {@link io.portolan.tenancy.policy.Explanation}, the fast way to the
 * same decisions {@link io.portolan.tenancy.policy.RuleSetPolicy}.
 */
@NullMarked
package io.portolan.tenancy.policy;

import org.jspecify.annotations.NullMarked;
