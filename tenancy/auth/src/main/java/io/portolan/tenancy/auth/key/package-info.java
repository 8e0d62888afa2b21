/**
 * API keys and revocations: made, stored as hashes, and looked up in memory. Start at {@link
 * io.portolan.tenancy.auth.key.StoredKeys}.
 */
@NullMarked
package io.portolan.tenancy.auth.key;

import org.jspecify.annotations.NullMarked;
