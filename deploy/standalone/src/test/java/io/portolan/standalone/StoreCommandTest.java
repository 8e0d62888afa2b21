package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init")
class StoreCommandTest {
  private static final TenantId TENANT = new TenantId("acme");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @Test
  void aStoreIsMadeCheckedBackedUpWhileInUseAndRestoredElsewhere() throws Exception {
    var backup = folder.resolve("backup.db").toString();
    assertThat(run("data", "migrate")).isEqualTo(ExitCode.OK);
    try (var store =
        EmbeddedStore.open(
            folder.resolve("data/store"), StoreCommand.SCHEMA, InstantSource.system())) {
      var mine = store.at(TENANT, Deadline.in(Duration.ofMinutes(1)));
      var ref = Blobs.put(mine, Bytes.of("kept"));
      assertThat(run("data", "check")).isEqualTo(ExitCode.OK);
      assertThat(run("data", "backup", backup)).isEqualTo(ExitCode.OK);
      assertThat(run("data", "migrate")).as("in use").isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("in use by process " + ProcessHandle.current().pid());

      assertThat(run("other", "restore", backup)).isEqualTo(ExitCode.OK);
      try (var restored =
          EmbeddedStore.open(
              folder.resolve("other/store"), StoreCommand.SCHEMA, InstantSource.system())) {
        var theirs = restored.at(TENANT, Deadline.in(Duration.ofMinutes(1)));
        assertThat(Blobs.get(theirs, ref)).contains(Bytes.of("kept"));
      }
    }
    assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("[1-9][0-9]* tables", "its tables"))
        .contains(
            "The store fits this build: format 1, its tables, 0 rows",
            "The store is whole: format 1, its tables, 2 rows",
            "Backed up to " + backup + ": format 1, its tables, 2 rows",
            "Restored from " + backup + ": format 1, its tables, 2 rows");
  }

  @Test
  void aDamagedStoreIsSaidToBe() throws IOException {
    assertThat(run("data", "migrate")).isEqualTo(ExitCode.OK);
    var file = folder.resolve("data/store/store.db");
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2 + 3] ^= 8;
    Arrays.fill(bytes, 4096, 4200, (byte) 1);
    Files.write(file, bytes);

    assertThat(run("data", "check")).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("The store is damaged.");
  }

  @Test
  void whatIsNotThereIsNotChecked() {
    assertThat(run("none", "check")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("there is no store in " + folder.resolve("none/store"));
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void aCommandWithoutItsFileIsWrong() {
    assertThat(run("data", "backup")).isEqualTo(ExitCode.WRONG_INPUT);
    var line = line();
    assertThat(line.execute("store")).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("check, backup, restore, migrate");
  }

  @Test
  void aKeyspaceThatCannotBeReachedIsSaidSo() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertThat(line().execute("store", "check", "--cassandra", "127.0.0.1:" + closed))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("no node of Cassandra answers at", ":" + closed);
  }

  @Test
  void aKeyspaceIsNotBackedUpHere() {
    assertThat(line().execute("store", "backup", "file", "--cassandra", "127.0.0.1:1"))
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("nodetool snapshot");
    assertThat(line().execute("store", "check", "--cassandra", "here:port"))
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("HOST:PORT, not here:port");
  }

  private int run(String dataDir, String... command) {
    var args = new ArrayList<>(List.of("store"));
    args.addAll(List.of(command));
    args.addAll(List.of("--data-dir", folder.resolve(dataDir).toString()));
    return line().execute(args.toArray(String[]::new));
  }

  private CommandLine line() {
    GatewayStarter starter =
        (_, _) -> {
          throw new IOException("not started here");
        };
    var line = Main.commandLine(starter, new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    return line;
  }
}
