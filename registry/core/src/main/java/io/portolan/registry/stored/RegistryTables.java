package io.portolan.registry.stored;

import io.portolan.registry.Lifecycle;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * A tenant's servers, and the handles that they have, lie in one partition, so that one batch takes
 * a name and a handle. Versions lie in a partition for each server: they are written once, and only
 * their status changes. As with tenants, each write is followed by a new version of the tenant's
 * registry, and that by a new head, so that a gateway sees by one read whether anything changed.
 */

/** The tables of the registry. A store that keeps it is opened with {@link #ALL}. */
public final class RegistryTables {
  /** One partition a tenant. */
  record All() {}

  /** What of a tenant's can be taken once. */
  enum Kind {
    /** A server's name. */
    SERVER,
    /** What a server's tools are called after. */
    HANDLE
  }

  /** Names a server, or a handle. */
  record Slot(Kind kind, String name) {}

  /**
   * A server; of a handle, whose it is.
   *
   * @param server the server's name
   * @param latest the version in force; null where there is none, and of a handle
   */
  record EntryRow(
      Slot key,
      String server,
      String handle,
      @Nullable String latest,
      Instant createdAt,
      Instant updatedAt,
      long revision) {}

  static final SerialTable<All, Slot, EntryRow, NoStatics> ENTRIES =
      Declaration.of("registry_server", All.class, Slot.class, EntryRow.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** The versions of one server. */
  record Of(String server) {}

  /** Names a version. */
  record VersionKey(String version) {}

  /**
   * A version. Headers, authorization and risks are lines of {@code name=value}; packages are lines
   * of type, identifier and version.
   *
   * @param url null of packages
   * @param conversion of an OpenAPI document at {@code url}; null where it is an MCP server
   * @param packages null of a remote server
   */
  record VersionRow(
      VersionKey key,
      Lifecycle lifecycle,
      String statusMessage,
      Instant statusChangedAt,
      Instant publishedAt,
      Instant updatedAt,
      String handle,
      String title,
      String description,
      String ownerTeam,
      @Nullable String url,
      @Nullable HttpTransport transport,
      String headers,
      String authorization,
      @Nullable String packages,
      long callTimeoutMillis,
      @Nullable String region,
      String risks,
      String document,
      long revision,
      @Nullable String conversion) {}

  static final SerialTable<Of, VersionKey, VersionRow, NoStatics> VERSIONS =
      Declaration.of("registry_version", Of.class, VersionKey.class, VersionRow.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** Names a tenant. */
  record Named(String id) {}

  /** Changes with each change of a tenant's registry. */
  record Change(Named key, UUID version) {}

  static final QuorumTable<All, Named, Change> CHANGES =
      Declaration.of("registry_change", All.class, Named.class, Change.class).quorum();

  /** Changes with each change of any tenant's registry. */
  record Head(Only key, UUID version) {}

  static final QuorumTable<All, Only, Head> HEAD =
      Declaration.of("registry_head", All.class, Only.class, Head.class).quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(ENTRIES, VERSIONS, CHANGES, HEAD);

  private RegistryTables() {}
}
