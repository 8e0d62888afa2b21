/**
 * What the commands of {@code portolan policy} work on: calls as they are written down, and rule
 * sets in files. Knows nothing of a running gateway. Start at {@link
 * io.portolan.standalone.policy.RecordedCalls}.
 */
@NullMarked
package io.portolan.standalone.policy;

import org.jspecify.annotations.NullMarked;
