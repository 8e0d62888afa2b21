package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * A key lies in its tenant's partitions, a revocation too. So that a gateway finds out what others
 * changed without reading all of it, each write is followed by a new version of its shard, and that
 * by a new head; both lie in partitions of a tenant that nobody has. Written in this order and read
 * in the other, so that who sees a version sees what it stands for.
 */

/** The tables of API keys and revocations. */
public final class KeyTables {
  /** How long a revocation is kept; no token that lives longer is accepted. */
  public static final Duration REVOCATION_KEPT = Duration.ofDays(90);

  static final int SHARDS = 16;

  /** The shard number of a tenant's revocations, past those of its keys. */
  static final int REVOCATIONS = SHARDS;

  /** A sixteenth of a tenant's keys. */
  record Shard(int shard) {}

  /** Names a key. */
  record KeyId(String id) {}

  /** A key; sets of words are separated by spaces. */
  record KeyRow(
      KeyId key,
      Bytes secretSha256,
      String name,
      @Nullable String subject,
      @Nullable String agent,
      String roles,
      String teams,
      String scopes,
      Instant createdAt,
      @Nullable Instant goodUntil,
      @Nullable Instant revokedAt) {}

  static final QuorumTable<Shard, KeyId, KeyRow> KEYS =
      Declaration.of("api_key", Shard.class, KeyId.class, KeyRow.class).quorum();

  /** One partition a tenant. */
  record All() {}

  /** What is revoked: tokens by id, or all of a subject. */
  record What(String kind, String value) {}

  /** A revocation: of what was issued up to an instant. */
  record RevocationRow(What key, Instant issuedUntil) {}

  static final QuorumTable<All, What, RevocationRow> REVOKED =
      Declaration.of("token_revocation", All.class, What.class, RevocationRow.class)
          .expiringAfter(REVOCATION_KEPT)
          .quorum();

  /** One shard of one tenant. */
  record ShardOf(String tenant, int shard) {}

  /** Changes with each change of the shard. */
  record ShardVersion(ShardOf key, UUID version) {}

  static final QuorumTable<All, ShardOf, ShardVersion> VERSIONS =
      Declaration.of("api_key_version", All.class, ShardOf.class, ShardVersion.class).quorum();

  /** Changes with each change of any shard. */
  record Head(Only key, UUID version) {}

  static final QuorumTable<All, Only, Head> HEAD =
      Declaration.of("api_key_head", All.class, Only.class, Head.class).quorum();

  /** What a store that keeps them is opened with. */
  public static final List<Table<?, ?, ?>> TABLES = List.of(KEYS, REVOKED, VERSIONS, HEAD);

  private KeyTables() {}
}
