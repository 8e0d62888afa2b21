package io.portolan.standalone.access;

import io.portolan.registry.stored.RegistryErasure;
import io.portolan.standalone.api.Endpoint;
import io.portolan.tenancy.approval.ApprovalErasure;
import io.portolan.tenancy.approval.ApprovalSettings;
import io.portolan.tenancy.approval.StoredApprovals;
import io.portolan.tenancy.auth.jwt.StoredIssuers;
import io.portolan.tenancy.auth.key.KeyDesk;
import io.portolan.tenancy.auth.key.KeyErasure;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.tenants.PeopleDesk;
import io.portolan.tenancy.tenants.StoredTenants;
import io.portolan.tenancy.tenants.TenantDesk;
import io.portolan.tenancy.vault.Shredding;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** All that can be managed: the endpoints of every area. */
final class Management {
  private Management() {}

  /**
   * What the areas work on.
   *
   * @param fetch goes where tenants may have something asked
   */
  record Parts(
      OpenBooks books,
      StoredKeys keys,
      StoredTenants tenants,
      StoredIssuers issuers,
      SafeFetch fetch,
      Clock clock,
      SecureRandom random) {
    Store store() {
      return books.store();
    }
  }

  /** Deletes what the areas keep of a tenant that is no more. Each area adds its own. */
  private static List<TenantDesk.Eraser> erasers(Parts parts) {
    return List.of(
        Shredding::shred,
        KeyErasure::erase,
        ApprovalErasure::erase,
        RegistryErasure::erase,
        (_, tenant, deadline) -> parts.issuers().replace(tenant, List.of(), deadline),
        (_, tenant, deadline) -> parts.books().usage().erase(tenant, deadline));
  }

  /** The list. Each area adds its own. */
  static List<Endpoint> endpoints(Parts parts) {
    var desk = new KeyDesk(parts.store(), parts.keys(), parts.clock(), parts.random());
    var all = new ArrayList<Endpoint>();
    all.addAll(new KeyApi(desk).endpoints());
    var approvals = new StoredApprovals(parts.store(), ApprovalSettings.DEFAULT, parts.clock());
    all.addAll(new ApprovalApi(approvals).endpoints());
    all.addAll(new TenantApi(parts, tenantDesk(parts)).endpoints());
    all.addAll(new WebhookApi(parts.books().webhooks(), parts.fetch()).endpoints());
    all.addAll(
        new PeopleApi(parts.tenants(), new PeopleDesk(parts.store(), parts.tenants())).endpoints());
    all.addAll(new UsageApi(parts.store(), parts.books().usage(), parts.clock()).endpoints());
    return all;
  }

  /** Makes, changes and ends tenants. */
  static TenantDesk tenantDesk(Parts parts) {
    return new TenantDesk(parts.store(), parts.tenants(), parts.clock(), erasers(parts));
  }
}
