package io.portolan.standalone.access;

import io.portolan.standalone.api.Endpoint;
import io.portolan.tenancy.approval.ApprovalSettings;
import io.portolan.tenancy.approval.StoredApprovals;
import io.portolan.tenancy.auth.key.KeyDesk;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.store.Store;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** All that can be managed: the endpoints of every area. */
final class Management {
  private Management() {}

  /** What the areas work on. */
  record Parts(Store store, StoredKeys keys, Clock clock, SecureRandom random) {}

  /** The list. Each area adds its own. */
  static List<Endpoint> endpoints(Parts parts) {
    var desk = new KeyDesk(parts.store(), parts.keys(), parts.clock(), parts.random());
    var all = new ArrayList<Endpoint>();
    all.addAll(new KeyApi(desk).endpoints());
    var approvals = new StoredApprovals(parts.store(), ApprovalSettings.DEFAULT, parts.clock());
    all.addAll(new ApprovalApi(approvals).endpoints());
    return all;
  }
}
