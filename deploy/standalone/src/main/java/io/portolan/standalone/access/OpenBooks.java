package io.portolan.standalone.access;

import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.store.Store;

/** The store of a data directory, open, and the audit log in it. */
public interface OpenBooks extends AutoCloseable {
  Store store();

  AuditLog audit();

  /** Writes what waits, then closes the store. Idempotent. */
  @Override
  void close();
}
