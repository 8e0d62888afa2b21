package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets managed from the command line, on a data directory that no gateway serves. */
@SuppressWarnings("NullAway.Init")
class SecretCommandTest {
  private static final String VALUE = "attack-at-dawn";

  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private String secret(String stdin, String... arguments) {
    var out = new ByteArrayOutputStream();
    assertThat(run(out, stdin, arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(ByteArrayOutputStream out, String stdin, String... arguments) {
    var in = new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8));
    var line = SecretCommand.line(in, new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    var data = folder.resolve("data").toString();
    var all = new ArrayList<>(List.of(arguments[0], "--data-dir", data));
    all.addAll(Arrays.asList(arguments).subList(1, arguments.length));
    return line.execute(all.toArray(String[]::new));
  }

  @Test
  void aSecretIsSetFromInputOrFileListedAndRemoved() throws Exception {
    assertThat(secret("", "list")).isEmpty();
    assertThat(secret(VALUE + "\n", "set", "token")).contains("Set token, version 1");
    var file = Files.writeString(folder.resolve("value"), "another");
    assertThat(secret("", "set", "token", "--file", file.toString())).contains("version 2");
    assertThat(secret("", "list")).contains("token", "version 2").doesNotContain(VALUE, "another");
    var nobody = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var data = folder.resolve("data").toString();
    assertThat(TenantCommand.line(nobody).execute("create", "other", "--data-dir", data)).isZero();
    assertThat(secret("", "list", "--tenant", "other")).isEmpty();
    assertThat(secret("", "rotate-key")).contains("local-", "1 tenants");
    assertThat(secret("", "remove", "token")).contains("Removed token");
    assertThat(secret("", "list")).isEmpty();
    assertThat(run(new ByteArrayOutputStream(), "", "remove", "token")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("no such secret");
  }

  @Test
  void whatCanBeNoSecretIsRefusedAndNotRepeated() {
    assertThat(run(new ByteArrayOutputStream(), "\n", "set", "token")).isEqualTo(ExitCode.FAILED);
    assertThat(run(new ByteArrayOutputStream(), VALUE, "set", "a b"))
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(run(new ByteArrayOutputStream(), VALUE, "set", "portolan.grant.x"))
        .as("a name of the gateway's own")
        .isEqualTo(ExitCode.FAILED);
    assertThat(run(new ByteArrayOutputStream(), VALUE.repeat(5_000), "set", "long"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("empty", "A-Z a-z 0-9").doesNotContain(VALUE);
  }
}
