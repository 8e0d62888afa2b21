package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.Books.WhenInUse;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.store.StatementMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init")
class AuditCommandTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();
  @TempDir private Path data;

  @Test
  void theLogIsVerifiedAndExportedWhileItIsInUse() throws Exception {
    try (var books = books(WhenInUse.REFUSE)) {
      record(books, 3, LONG_AGO);
      assertThat(audit("verify")).isEqualTo(ExitCode.OK);
      assertThat(audit("export")).isEqualTo(ExitCode.OK);
    }
    assertThat(said())
        .contains(
            "development, chain gateway: records 1 to 3, signed up to 0, 0 signatures",
            "The audit log is whole: 3 records",
            "\"tool_id\":\"read\"");
  }

  @Test
  void anotherProcessOnTheDataDirectoryKeepsBooksOfItsOwnOrIsRefused() throws Exception {
    try (var first = books(WhenInUse.REFUSE);
        var beside = books(WhenInUse.TAKE_ANOTHER)) {
      record(first, 2, LONG_AGO);
      record(beside, 1, LONG_AGO);
      assertThat(audit("verify")).isEqualTo(ExitCode.OK);
      assertThat(said()).contains("chain gateway-2: records 1 to 1", "whole: 3 records");
      assertThat(catchIo(() -> books(WhenInUse.REFUSE))).contains("is in use by process");
    }
  }

  @Test
  void anEditedRowIsNamed() throws Exception {
    write(3);
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("store/store.db"));
        var statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE audit_block SET records = replace(records, 'read', 'rEAd')"
                      + " WHERE first_seq = 2"))
          .isEqualTo(1);
    }
    assertThat(audit("verify")).isEqualTo(ExitCode.FAILED);
    assertThat(said())
        .contains("First bad record: development, chain gateway, record 2: ")
        .doesNotContain("whole");
  }

  @Test
  void anotherKeyThanTheSignersIsNoticed() throws Exception {
    write(2);
    Files.write(data.resolve("audit-secret"), new byte[32]);
    assertThat(audit("verify")).isEqualTo(ExitCode.FAILED);
    assertThat(said()).contains("record 2: the checkpoint of this record is not signed");
  }

  @Test
  void anAuditorNeedsThePublicKeyOnly() throws Exception {
    write(2);
    assertThat(audit("export")).isEqualTo(ExitCode.OK);
    var key = said().replaceAll("(?s).*\"public_key\":\"(.*?)\".*", "$1");
    Files.delete(data.resolve("audit-secret"));
    assertThat(audit("verify")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("name the key with --public-key");
    assertThat(audit("verify", "--public-key", key)).isEqualTo(ExitCode.OK);
    assertThat(audit("verify", "--public-key", "AAAA")).isEqualTo(ExitCode.WRONG_INPUT);
  }

  @Test
  void oldRecordsAreRemovedUnlessTheyAreHeld() throws Exception {
    write(3);
    assertThat(audit("hold", "--reason", "case 42")).isEqualTo(ExitCode.OK);
    assertThat(audit("prune", "--older-than-days", "365")).isEqualTo(ExitCode.OK);
    assertThat(said()).contains("Removed nothing: the records are held since ", ": case 42");
    assertThat(audit("release")).isEqualTo(ExitCode.OK);
    assertThat(audit("prune", "--older-than-days", "365")).isEqualTo(ExitCode.OK);
    assertThat(said()).contains("Removed 2 records");
    assertThat(audit("verify")).isEqualTo(ExitCode.OK);
    assertThat(said()).contains("records 3 to 3, signed up to 3, 2 signatures");
    assertThat(audit("prune", "--older-than-days", "0")).isEqualTo(ExitCode.WRONG_INPUT);
  }

  @Test
  void withoutAStoreOrWithAWrongTenantThereIsNothingToSay() {
    assertThat(audit("verify")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("there is no store in " + data);
    assertThat(line().execute("audit")).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("audit needs one of verify, export");
  }

  private Books books(WhenInUse whenInUse) throws IOException {
    var tools = new Books.Tools(new SecureRandom(), Clock.systemUTC(), StatementMetrics.NONE);
    return Books.open(data, whenInUse, tools);
  }

  private void write(int events) throws Exception {
    try (var books = books(WhenInUse.REFUSE)) {
      record(books, events, LONG_AGO);
    }
  }

  private static void record(Books books, int events, Instant at) throws Exception {
    for (int i = 0; i < events; i++) {
      var event =
          new AuditEvent(
              at,
              Caller.ANONYMOUS,
              new Action("call-" + i, "tools/call", "files", "read", null),
              Verdict.NO_RULES,
              new Phase.Intended(),
              TraceContext.start());
      assertThat(books.audit().before(event, Deadline.in(Duration.ofMinutes(1))))
          .isEqualTo(new AuditLog.Before.Recorded());
    }
  }

  private interface Opening {
    Books open() throws IOException;
  }

  private static String catchIo(Opening opening) {
    try (var _ = opening.open()) {
      return "opened";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private int audit(String... command) {
    var args = new ArrayList<>(List.of("audit"));
    args.addAll(List.of(command));
    args.addAll(List.of("--data-dir", data.toString()));
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
