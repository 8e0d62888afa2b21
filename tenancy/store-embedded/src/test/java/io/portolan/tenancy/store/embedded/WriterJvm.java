package io.portolan.tenancy.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Starts {@link KilledWriter}s cheaply: there are hundreds. SQLite's library lies ready for them,
 * since each would unpack a copy of its own, which a killed process leaves behind.
 *
 * @param library the folder with SQLite's native library
 */
record WriterJvm(Path library) {
  static WriterJvm in(Path library) throws IOException {
    var name = LibraryLoaderUtil.getNativeLibName();
    var resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    Files.createDirectories(library);
    try (InputStream unpacked = KilledWriter.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(unpacked, resource), library.resolve(name));
    }
    return new WriterJvm(library);
  }

  Process start(Path data, Path errors) throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.sqlite.lib.path=" + library,
            "-Dorg.sqlite.lib.name=" + LibraryLoaderUtil.getNativeLibName(),
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            data.toString());
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }
}
