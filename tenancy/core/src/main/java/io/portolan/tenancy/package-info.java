/**
 * Who calls, for which tenant, until when. Plain records shared by every area; knows no store, no
 * transport and no driver. Start at {@link io.portolan.tenancy.CallContext}.
 */
@NullMarked
package io.portolan.tenancy;

import org.jspecify.annotations.NullMarked;
