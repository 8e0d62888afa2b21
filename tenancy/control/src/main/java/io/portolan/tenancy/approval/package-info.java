/**
 * Approvals of single actions: asked for by the gateway where a rule says so, given by people, good
 * for one call with the very same arguments. Start at {@link
 * io.portolan.tenancy.approval.StoredApprovals}.
 */
@NullMarked
package io.portolan.tenancy.approval;

import org.jspecify.annotations.NullMarked;
