package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import io.portolan.e2e.tenants.Actor.Told;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls under way when their tenant is suspended or their key revoked, and the record of it. */
@NeedsDistribution
class SuspensionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path dir;
  private static RawUpstream raw;
  private static GatewayProcess gateway;
  private static Actor administrator;

  @BeforeAll
  static void start() throws Exception {
    raw =
        RawUpstream.start(
            RawUpstream.Era.MODERN,
            Lists.ofTools(List.of(Lists.tool("play"), Lists.tool("sleep"))));
    raw.script(SuspensionTest::answer);
    gateway =
        GatewayProcess.configured(
            dir,
            """
            audit: everybody
            servers:
              raw:
                url: %s
            quotas:
              - tenant: "*"
                calls-at-a-time: 1
            """
                .formatted(raw.url()));
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    administrator = new Actor(gateway.endpoint(), key);
  }

  @AfterAll
  static void stop() {
    Closing.all(administrator, gateway, raw);
  }

  private static Answer answer(Received call) {
    if (call.is("tools/call") && new String(call.body(), UTF_8).contains("\"sleep\"")) {
      return new Answer.Live(out -> out.awaitClosedByPeer());
    }
    return Answer.result(call, "{\"content\":[],\"resultType\":\"complete\"}");
  }

  /** A tenant with one key, shown as it was made. */
  private static JsonText tenant(String id) throws Exception {
    var made = administrator.api("POST", "/api/v1/tenants", "{\"id\":\"" + id + "\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    var key = administrator.api("POST", "/api/v1/keys?tenant=" + id, "{\"name\":\"k\"}");
    assertThat(key.status()).as(key.body()).isEqualTo(201);
    return JsonText.of(key.body());
  }

  private static FutureTask<Told> running(Callable<Told> call) {
    var task = new FutureTask<>(call);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static void awaitCalls(int count) throws Exception {
    Eventually.isSo(
        "calls that wait at the server",
        PATIENCE,
        () -> raw.received().stream().filter(SuspensionTest::isSleep).count() >= count);
  }

  private static boolean isSleep(Received call) {
    return call.is("tools/call") && new String(call.body(), UTF_8).contains("\"sleep\"");
  }

  private static void assertCut(FutureTask<Told> call) throws Exception {
    var told = call.get(60, TimeUnit.SECONDS);
    assertThat(told.json().text("error", "code")).isEqualTo("-31020");
    assertThat(told.body()).contains("you are let in no more", "\"mayHaveRun\":true");
  }

  @Test
  void callsUnderWayAreCutWhenTheirTenantIsSuspendedAndWhenTheirKeyIsRevoked() throws Exception {
    var acmesKey = tenant("acme").string("key");
    var globexKey = tenant("globex");
    try (var acme = new Actor(gateway.endpoint(), acmesKey);
        var globex = new Actor(gateway.endpoint(), globexKey.string("key"))) {
      var session = globex.open();
      var suspended =
          running(() -> acme.modern("tools/call", "\"name\":\"raw__sleep\",\"arguments\":{}"));
      awaitCalls(1);
      var revoked =
          running(
              () ->
                  globex.legacy(
                      session,
                      Actor.message(
                          "1", "tools/call", "{\"name\":\"raw__sleep\",\"arguments\":{}}")));
      awaitCalls(2);
      var suspend = administrator.api("POST", "/api/v1/tenants/acme/suspend", "");
      assertThat(suspend.status()).as(suspend.body()).isEqualTo(200);
      var id = globexKey.string("id");
      var revoke = administrator.api("DELETE", "/api/v1/keys/" + id + "?tenant=globex", "");
      assertThat(revoke.status()).as(revoke.body()).isEqualTo(200);
      assertCut(suspended);
      assertCut(revoked);
      assertThat(administrator.api("POST", "/api/v1/tenants/acme/resume", "").status())
          .isEqualTo(200);
      // One call at a time: what the one that was cut had reserved is free again.
      Eventually.isSo(
          "acme is let in again",
          PATIENCE,
          () -> {
            var told = acme.modern("tools/call", "\"name\":\"raw__play\",\"arguments\":{}");
            assertThat(told.status()).as(told.body()).isIn(200, 403);
            return told.body().contains("\"result\"");
          });
    }
    Eventually.isSo("it is recorded", PATIENCE, () -> exported("acme").contains("\"barred\""));
    assertThat(exported("globex")).contains("\"barred\"");
  }

  /** Fault 32. */
  @Test
  void aRowOfTheAuditLogThatIsEditedUnderTheRunningGatewayIsNamed() throws Exception {
    var key = tenant("initech").string("key");
    try (var initech = new Actor(gateway.endpoint(), key)) {
      initech.modern("tools/call", "\"name\":\"raw__play\",\"arguments\":{}");
    }
    Eventually.isSo("it is recorded", PATIENCE, () -> exported("initech").contains("\"play\""));
    assertThat(audit(0, "verify", "--tenant", "initech")).contains("The audit log is whole");
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("data/store/store.db"));
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 30000");
      assertThat(
              statement.executeUpdate(
                  "UPDATE audit_block SET records = replace(records, '\"play\"', '\"pray\"')"
                      + " WHERE records LIKE '%\"play\"%' AND records LIKE '%initech%'"))
          .isEqualTo(1);
    }
    assertThat(audit(1, "verify", "--tenant", "initech"))
        .contains("First bad record: initech, chain gateway, record ")
        .doesNotContain("is whole");
  }

  private static String exported(String tenant) throws Exception {
    var file = dir.resolve(tenant + ".jsonl");
    audit(0, "export", "--tenant", tenant, "--out", file.toString());
    return Files.readString(file);
  }

  private static String audit(int expected, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("audit"));
    all.addAll(List.of(arguments));
    return Commands.run(dir, expected, all);
  }
}
