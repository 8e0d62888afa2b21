package io.portolan.tenancy.vault;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Instant;
import java.util.List;

/** The tables of the vault. A store that keeps one is opened with {@link #ALL}. */
public final class VaultTables {
  /** One partition for a tenant. */
  record All() {}

  /** A secret's name. */
  record Name(String name) {}

  /**
   * A tenant's data key.
   *
   * @param keyId tells it from the tenant's earlier ones
   * @param wrappedBy the key-encryption key's id
   */
  record DataKey(Only key, String keyId, String wrappedBy, Bytes wrapped, Instant madeAt) {}

  /**
   * A secret.
   *
   * @param version 1 for the first value, one more with each new one
   * @param keyId the data key that sealed it
   */
  record Sealed(Name key, long version, String keyId, Bytes sealed, Instant setAt) {}

  /** A tenant that has, or may have, a data key. */
  record HasKey(Name key, Instant since) {}

  static final QuorumTable<All, Name, HasKey> TENANTS =
      Declaration.of("vault_tenant", All.class, Name.class, HasKey.class).quorum();
  static final SerialTable<All, Only, DataKey, NoStatics> KEYS =
      Declaration.of("vault_key", All.class, Only.class, DataKey.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);
  static final SerialTable<All, Name, Sealed, NoStatics> SECRETS =
      Declaration.of("vault_secret", All.class, Name.class, Sealed.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(TENANTS, KEYS, SECRETS);

  private VaultTables() {}
}
