package io.portolan.standalone.secrets;

import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.config.VaultSection;
import io.portolan.tenancy.vault.KeyRing;
import io.portolan.tenancy.vault.LocalKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The key-encryption keys that a configuration names. */
public sealed interface VaultKeys {
  /** The keys. */
  KeyRing ring();

  /**
   * Makes another key the current one, where that is the gateway's own affair.
   *
   * @throws IOException when the file of keys cannot be written
   */
  void renew() throws IOException;

  /** Keys in the data directory: the gateway makes them. */
  record Own(KeyRing ring, Renewal renewal) implements VaultKeys {
    @Override
    public void renew() throws IOException {
      renewal.run();
    }
  }

  /** Keys that the operator provides, and changes in the configuration. */
  record Provided(KeyRing ring) implements VaultKeys {
    @Override
    public void renew() {
      // The current key is the one that the configuration names.
    }
  }

  /** Makes a key. */
  @FunctionalInterface
  interface Renewal {
    /** Makes it. */
    void run() throws IOException;
  }

  /**
   * Reads the keys; makes one in the data directory where none is configured and none is there.
   *
   * @param variables the environment
   * @throws IOException when one cannot be read or is none; the message shows no key
   */
  static VaultKeys of(PortolanConfig config, Map<String, String> variables, SecureRandom random)
      throws IOException {
    var section = config.vault();
    if (section.keyFile() == null && section.keyVariable() == null) {
      var own = KeyFile.of(config.dataDir(), random);
      return new Own(own, own::add);
    }
    var keys = new ArrayList<>(current(section, variables, random));
    for (var file : section.earlierKeyFiles()) {
      keys.addAll(read(file, random));
    }
    return new Provided(KeyRing.of(keys.getFirst(), keys.subList(1, keys.size())));
  }

  private static List<LocalKey> current(
      VaultSection section, Map<String, String> variables, SecureRandom random) throws IOException {
    if (section.keyFile() != null) {
      return read(section.keyFile(), random);
    }
    var name = String.valueOf(section.keyVariable());
    var value = variables.get(name);
    if (value == null) {
      throw new IOException(
          "the environment variable " + name + ", the vault's key-variable, is not set");
    }
    return KeyFile.keys("the environment variable " + name, value, random);
  }

  private static List<LocalKey> read(Path file, SecureRandom random) throws IOException {
    try {
      return KeyFile.keys(file, Files.readAllBytes(file), random); // permissions: the operator's
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + " with a key for the vault", e);
    }
  }
}
