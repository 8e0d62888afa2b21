/**
 * Secrets at rest: each sealed with its tenant's data key, which is wrapped by a key-encryption
 * key. Knows the store's tables and no engine. Start at {@link io.portolan.tenancy.vault.Vault}.
 */
@NullMarked
package io.portolan.tenancy.vault;

import org.jspecify.annotations.NullMarked;
