package io.portolan.tenancy.auth.jwt;

import io.portolan.tenancy.auth.jwt.ClaimNames.ScopesRequired;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * All issuers lie in one partition of the system's, under their identifiers: so that of two tenants
 * one has an issuer, whatever both ask for at once.
 */

/** The tables of issuers that tenants have. A store that keeps them is opened with {@link #ALL}. */
public final class IssuerTables {
  /** One partition. */
  record All() {}

  /** Names an issuer by its identifier, as in the claim {@code iss}. */
  record IssuerKey(String issuer) {}

  /** An issuer; sets of words are separated by spaces. */
  record IssuerRow(
      IssuerKey key,
      String tenant,
      String name,
      @Nullable String jwksUri,
      String algorithms,
      String audiences,
      @Nullable String rolesClaim,
      @Nullable String teamsClaim,
      String agentClaim,
      String scopesClaim,
      ScopesRequired scopesRequired) {}

  static final SerialTable<All, IssuerKey, IssuerRow, NoStatics> ISSUERS =
      Declaration.of("tenant_issuer", All.class, IssuerKey.class, IssuerRow.class)
          .serial(Consistency.SERIAL_EVERYWHERE, NoStatics.class);

  /** Changes with each change of any issuer. */
  record Head(Only key, UUID version) {}

  static final QuorumTable<All, Only, Head> HEAD =
      Declaration.of("tenant_issuer_head", All.class, Only.class, Head.class).quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(ISSUERS, HEAD);

  private IssuerTables() {}
}
