package io.portolan.standalone.secrets;

import io.portolan.standalone.access.SecretFile;
import io.portolan.tenancy.vault.KeyEncryptionKey;
import io.portolan.tenancy.vault.KeyRing;
import io.portolan.tenancy.vault.LocalKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/*
 * Earlier keys stay in the file: backups of the store, and the stores of gateways beside this one,
 * still need them. The file is read again when a key is looked for that it did not have.
 */

/**
 * The key-encryption keys of a data directory, in its file {@code vault-key}: one a line as 64 hex
 * digits, the current one first. Thread-safe.
 */
final class KeyFile implements KeyRing {
  static final String NAME = "vault-key";

  /** Keys in a file at most. */
  private static final int KEYS_MAX = 64;

  private final Path file;
  private final SecureRandom random;
  private volatile List<LocalKey> keys;

  private KeyFile(Path file, SecureRandom random) throws IOException {
    this.file = file;
    this.random = random;
    this.keys = keys(file, SecretFile.read(file), random);
  }

  /** The data directory's; made where there is none. */
  static KeyFile of(Path dataDir, SecureRandom random) throws IOException {
    var file = dataDir.resolve(NAME);
    var _ = SecretFile.readOrMake(file, () -> line(fresh(random)));
    return new KeyFile(file, random);
  }

  /** The keys in a file; the first one is the current one. */
  static List<LocalKey> keys(Path file, byte[] content, SecureRandom random) throws IOException {
    return keys(file.toString(), new String(content, StandardCharsets.US_ASCII), random);
  }

  /** The keys in a text. */
  static List<LocalKey> keys(String where, String text, SecureRandom random) throws IOException {
    var found = new ArrayList<LocalKey>();
    for (var line : text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
      if (!line.matches("[0-9a-fA-F]{" + 2 * LocalKey.KEY_BYTES + "}")) {
        throw new IOException(
            where
                + " holds no key for the vault; expected 64 hex digits, as from"
                + " 'openssl rand -hex 32'");
      }
      found.add(LocalKey.of(HexFormat.of().parseHex(line), random));
    }
    if (found.isEmpty() || found.size() > KEYS_MAX) {
      throw new IOException(
          where + " has " + found.size() + " keys for the vault; expected 1 to " + KEYS_MAX);
    }
    return List.copyOf(found);
  }

  private static byte[] fresh(SecureRandom random) {
    var key = new byte[LocalKey.KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  private static byte[] line(byte[] key) {
    return (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public KeyEncryptionKey current() {
    return keys.getFirst();
  }

  @Override
  public Optional<KeyEncryptionKey> find(String id) {
    var found = in(keys, id);
    if (found.isPresent()) {
      return found;
    }
    try {
      keys = keys(file, SecretFile.read(file), random); // another gateway may have made one
    } catch (IOException e) {
      System.getLogger(KeyFile.class.getName())
          .log(System.Logger.Level.WARNING, "the keys of the vault cannot be read again", e);
    }
    return in(keys, id);
  }

  private static Optional<KeyEncryptionKey> in(List<LocalKey> keys, String id) {
    return keys.stream()
        .filter(key -> key.id().equals(id))
        .<KeyEncryptionKey>map(key -> key)
        .findFirst();
  }

  /** Makes a key and puts it first. */
  synchronized void add() throws IOException {
    var before = new String(SecretFile.read(file), StandardCharsets.US_ASCII);
    if (keys(file.toString(), before, random).size() == KEYS_MAX) {
      throw new IOException(
          file + " has " + KEYS_MAX + " keys; remove those at its end that no backup needs");
    }
    var fresh = Files.createTempFile(file.getParent(), NAME, ".new"); // rw-------
    try {
      Files.write(fresh, line(fresh(random)));
      Files.writeString(
          fresh,
          before,
          StandardCharsets.US_ASCII,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    keys = keys(file, SecretFile.read(file), random);
  }
}
