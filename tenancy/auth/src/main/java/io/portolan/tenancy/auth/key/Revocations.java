package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells which access tokens were revoked, from memory. Thread-safe; blocks on nothing. */
public interface Revocations {
  /** Nothing is, and nothing can be. */
  Revocations NONE =
      new Revocations() {
        @Override
        public boolean known() {
          return true;
        }

        @Override
        public boolean revoked(Issued token) {
          return false;
        }
      };

  /** Whether what is known is recent enough to rely on; if not, nobody is to be let in. */
  boolean known();

  /** Whether this token was revoked, or all of its subject's. */
  boolean revoked(Issued token);

  /**
   * A token, as far as revoking it goes.
   *
   * @param subject the principal's subject
   * @param tokenId its id (jti), behind its issuer's name; null when it has none
   * @param at when it was issued; null when it does not say
   */
  record Issued(TenantId tenant, String subject, @Nullable String tokenId, @Nullable Instant at) {}
}
