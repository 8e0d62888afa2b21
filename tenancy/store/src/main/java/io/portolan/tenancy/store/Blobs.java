package io.portolan.tenancy.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Values too large for a row, in chunks under the hash of their content. A blob is there once its
 * head is, which is written last; putting one again changes nothing. Stateless: all methods are
 * about the tenant of the {@link TenantStore} they are given, and throw what it throws.
 */
public final class Blobs {
  /** Largest blob, in bytes. */
  public static final int BLOB_BYTES_MAX = 16 << 20;

  private static final int CHUNK_BYTES = 256 << 10;

  /** The partition key of both tables. */
  public record Sha256(String sha256) {}

  /** How many chunks make the blob, and of how many bytes. */
  public record Head(Only key, long sizeBytes, int chunks) {}

  /** Where a chunk lies in its blob, from 0. */
  public record Index(int chunk) {}

  /** A part of the content. */
  public record Chunk(Index key, Bytes data) {}

  /** One row a blob. */
  public static final QuorumTable<Sha256, Only, Head> BLOB =
      Declaration.of("blob", Sha256.class, Only.class, Head.class).quorum();

  /** The content. */
  public static final QuorumTable<Sha256, Index, Chunk> BLOB_CHUNK =
      Declaration.of("blob_chunk", Sha256.class, Index.class, Chunk.class).quorum();

  /** What a store that keeps blobs is opened with. */
  public static final List<Table<?, ?, ?>> TABLES = List.of(BLOB, BLOB_CHUNK);

  private Blobs() {}

  /** Keeps {@code content}, of at most {@link #BLOB_BYTES_MAX}, durably, and names it. */
  public static BlobRef put(TenantStore store, Bytes content) throws InterruptedException {
    if (content.length() > BLOB_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a blob of %d bytes, more than %d".formatted(content.length(), BLOB_BYTES_MAX));
    }
    var ref = refOf(content);
    var key = new Sha256(ref.sha256());
    if (store.get(BLOB.at(key), new Only()).isPresent()) {
      return ref;
    }
    var chunks = Math.ceilDiv(content.length(), CHUNK_BYTES);
    for (int i = 0; i < chunks; i++) {
      var until = Math.min(content.length(), (i + 1) * CHUNK_BYTES);
      var part = content.slice(i * CHUNK_BYTES, until);
      store.put(BLOB_CHUNK.at(key), new Chunk(new Index(i), part));
    }
    store.put(BLOB.at(key), new Head(new Only(), content.length(), chunks));
    return ref;
  }

  /**
   * The content of a blob; empty when the tenant has none of this name.
   *
   * @throws StoreDamagedException when what is stored has another hash
   */
  public static Optional<Bytes> get(TenantStore store, BlobRef ref) throws InterruptedException {
    var key = new Sha256(ref.sha256());
    var head = store.get(BLOB.at(key), new Only());
    if (head.isEmpty()) {
      return Optional.empty();
    }
    var content = new byte[Math.toIntExact(Math.min(head.get().sizeBytes(), BLOB_BYTES_MAX))];
    var filled = 0;
    for (int i = 0; i < head.get().chunks(); i++) {
      var chunk = store.get(BLOB_CHUNK.at(key), new Index(i));
      if (chunk.isEmpty() || filled + chunk.get().data().length() > content.length) {
        throw damaged(ref);
      }
      var data = chunk.get().data();
      data.buffer().get(content, filled, data.length());
      filled += data.length();
    }
    var whole = Bytes.of(content);
    if (filled != content.length || !refOf(whole).equals(ref)) {
      throw damaged(ref);
    }
    return Optional.of(whole);
  }

  private static StoreDamagedException damaged(BlobRef ref) {
    return new StoreDamagedException("blob " + ref.sha256() + " is not what was stored");
  }

  private static BlobRef refOf(Bytes content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(content.buffer());
      return new BlobRef(HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
