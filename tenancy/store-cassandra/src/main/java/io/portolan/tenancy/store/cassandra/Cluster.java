package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Table;

/** What an open store's tenants share. Thread-safe. */
record Cluster(CassandraSettings settings, Schema schema, Statements statements, Turns turns) {
  /** Plain tables are read and written here, serial ones where the tenant is at home. */
  TableAccess access(Table<?, ?, ?> table, TenantId tenant, Deadline deadline) {
    schema.require(table);
    var datacenter =
        switch (table.shape().consistency()) {
          case LOCAL_QUORUM, SERIAL_EVERYWHERE -> settings.localDatacenter();
          case SERIAL_IN_HOME_REGION -> settings.homes().of(tenant);
        };
    return new TableAccess(
        new Cql(settings.keyspace(), table.shape()), tenant, datacenter, statements, deadline);
  }
}
