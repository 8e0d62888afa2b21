package io.portolan.standalone.access;

import io.portolan.standalone.api.Endpoint;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.usage.StoredUsage;
import io.portolan.tenancy.webhook.Webhooks;
import java.util.List;

/** The store of a data directory, open, and the audit log and the usage ledger in it. */
public interface OpenBooks extends AutoCloseable {
  Store store();

  AuditLog audit();

  StoredUsage usage();

  /** Who is told what of tenants. */
  Webhooks webhooks();

  /** What of them can be managed, beside keys. */
  List<Endpoint> endpoints();

  /** Writes what waits, then closes the store. Idempotent. */
  @Override
  void close();
}
