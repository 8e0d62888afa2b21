package io.portolan.tenancy.vault;

import java.util.List;
import java.util.Optional;

/**
 * The key-encryption keys there are: one wraps, all of them unwrap, so that what an earlier one
 * wrapped can be read until it is wrapped anew. Thread-safe; may block.
 */
public interface KeyRing {
  /** The key that wraps. */
  KeyEncryptionKey current();

  /** The key of an id. */
  Optional<KeyEncryptionKey> find(String id);

  /** These keys, for as long as the process lives. */
  static KeyRing of(KeyEncryptionKey current, List<? extends KeyEncryptionKey> earlier) {
    var others = List.<KeyEncryptionKey>copyOf(earlier);
    return new KeyRing() {
      @Override
      public KeyEncryptionKey current() {
        return current;
      }

      @Override
      public Optional<KeyEncryptionKey> find(String id) {
        return current.id().equals(id)
            ? Optional.of(current)
            : others.stream().filter(key -> key.id().equals(id)).findFirst();
      }
    };
  }
}
