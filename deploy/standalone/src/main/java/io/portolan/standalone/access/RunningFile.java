package io.portolan.standalone.access;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Says in the data directory which process serves it and where. Process id and start are in it, so
 * that nobody sends an admin key to whoever got the port, or the id, of a gateway that was killed.
 */
public final class RunningFile implements AutoCloseable {
  private static final String NAME = "running";

  private final Path file;
  private final String content;

  private RunningFile(Path file, String content) {
    this.file = file;
    this.content = content;
  }

  static RunningFile write(Path dataDir, URI endpoint) throws IOException {
    var process = ProcessHandle.current();
    var content = process.pid() + " " + startOf(process) + " " + endpoint;
    var file = dataDir.resolve(NAME);
    if (find(dataDir).isPresent()) {
      return new RunningFile(file, content); // the first one keeps the word
    }
    var fresh = Files.createTempFile(dataDir, NAME, ".new");
    Files.writeString(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new RunningFile(file, content);
  }

  /** Where the gateway of a data directory serves; empty when none runs. */
  public static Optional<URI> find(Path dataDir) throws IOException {
    String content;
    try {
      content = Files.readString(dataDir.resolve(NAME));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    var parts = content.split(" ");
    if (parts.length != 3 || !parts[0].matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(process -> startOf(process).equals(parts[1]))
        .map(_ -> URI.create(parts[2]));
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("unknown");
  }

  @Override
  public void close() {
    try {
      if (Files.readString(file).equals(content)) { // not another gateway's by now
        Files.deleteIfExists(file);
      }
    } catch (IOException _) {
      // Whoever reads it sees that the process is gone.
    }
  }
}
