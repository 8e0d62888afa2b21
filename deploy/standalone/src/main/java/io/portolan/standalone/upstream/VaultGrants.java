package io.portolan.standalone.upstream;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.upstream.GrantStore;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultSealedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The grants for one server, each a secret of its principal's tenant under a name that nobody else
 * can set or read: so they go with that tenant's data key. Of a server that is a tenant's own
 * nobody else's are kept. Thread-safe; blocks.
 */
final class VaultGrants implements GrantStore {
  private static final Duration MAX = Duration.ofSeconds(5);

  private final Vault vault;
  private final String server;
  private final @Nullable TenantId owner;

  /**
   * @param owner whose server it is; null for the operator's, which all may use
   */
  VaultGrants(Vault vault, String server, @Nullable TenantId owner) {
    this.vault = vault;
    this.server = server;
    this.owner = owner;
  }

  private boolean isForeign(Principal principal) {
    return owner != null && !owner.equals(principal.tenant());
  }

  @Override
  public Optional<String> load(Principal principal)
      throws InterruptedException, GrantStoreException {
    if (isForeign(principal)) {
      return Optional.empty();
    }
    try {
      return vault.get(principal.tenant(), name(principal), Deadline.in(MAX));
    } catch (VaultSealedException | StoreUnavailableException e) {
      throw new GrantStoreException("grants cannot be read now: " + e.getMessage(), e);
    }
  }

  @Override
  public void save(Principal principal, String grant)
      throws InterruptedException, GrantStoreException {
    if (isForeign(principal)) {
      throw new IllegalArgumentException("another tenant's server: " + server);
    }
    try {
      var _ = vault.set(principal.tenant(), name(principal), grant, Deadline.in(MAX));
    } catch (StoreUnavailableException | IllegalArgumentException e) {
      throw new GrantStoreException("grants cannot be written now: " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(Principal principal) throws InterruptedException, GrantStoreException {
    try {
      var _ = vault.delete(principal.tenant(), name(principal), Deadline.in(MAX));
    } catch (StoreUnavailableException e) {
      throw new GrantStoreException("grants cannot be written now: " + e.getMessage(), e);
    }
  }

  /** A subject may have any characters, a secret's name may not. */
  private String name(Principal principal) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest((server + '\0' + principal.subject()).getBytes(StandardCharsets.UTF_8));
      return Vault.RESERVED + "grant." + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
