package io.portolan.standalone.connect;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.connect.Client.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The settings of a client with a server in them: shown, or written into its file. Stateless. */
public final class ClientSettings {
  private ClientSettings() {}

  /** The file that a client's settings are in. */
  public static Path file(Client client, Places places) {
    return client.file(places);
  }

  /** Settings that have nothing but the server. */
  public static String shown(Client client, Connection to) {
    try {
      return with(client, to, "");
    } catch (IOException e) {
      throw new IllegalStateException("empty settings are always fine", e);
    }
  }

  /**
   * Writes the server into a client's file, which is made when there is none. All else in it stays
   * as it is; a server of the same name is replaced.
   *
   * @throws IOException when that cannot be done; the file is then as it was
   */
  public static void write(Client client, Connection to, Path file) throws IOException {
    var target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    String text;
    try {
      text = with(client, to, Files.exists(target) ? Files.readString(target) : "");
    } catch (IOException e) {
      throw new IOException("cannot add to " + file + ": " + e.getMessage(), e);
    }
    var folder = target.getParent();
    Files.createDirectories(folder);
    var fresh = Files.createTempFile(folder, target.getFileName().toString(), ".new");
    try {
      if (Files.exists(target)) {
        Files.copy(
            target,
            fresh,
            StandardCopyOption.COPY_ATTRIBUTES, // permissions too
            StandardCopyOption.REPLACE_EXISTING);
      }
      Files.writeString(fresh, text);
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String with(Client client, Connection to, String text) throws IOException {
    var json = new JsonWriter().beginObject();
    client.entry(to, json);
    var entry = json.endObject().toSlice();
    return client == Client.CODEX
        ? TomlSettings.with(text, client.section(), to.name(), entry)
        : JsonSettings.with(text, client.section(), to.name(), Indented.of(entry, 2));
  }
}
