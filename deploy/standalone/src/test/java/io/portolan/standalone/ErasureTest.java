package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the store of a tenant that was deleted: every table there is, also those to come. */
@SuppressWarnings("NullAway.Init")
class ErasureTest {
  /**
   * What stays on purpose: the audit log; the sums of budgets, which are gone 40 days after they
   * were last written; the random number of the batch that deleted the secrets.
   */
  private static final Set<String> STAYS =
      Set.of(
          "audit_block",
          "audit_block_static",
          "audit_checkpoint",
          "audit_shard",
          "audit_anchor",
          "audit_hold",
          "quota_budget",
          "quota_budget_static",
          "vault_secret_static");

  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"none\","
          + "\"arguments\":{},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
          + "\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

  @TempDir private Path folder;

  @Test
  void noTableHasRowsOfADeletedTenant() throws Exception {
    var process = new InProcess(folder);
    Set<String> before;
    try (var gateway = process.gateway("")) {
      var administrator = process.administrator(gateway);
      process.done("tenant", "create", "acme");
      process.done("tenant", "quota", "acme", "tenant/calls-per-day=1000");
      process.done("member", "set", "corp/alice", "--tenant", "acme", "--team", "red");
      process.done("role", "set", "lead", "--tenant", "acme", "--include", "developer");
      process.done(
          "webhook", "add", "https://192.0.43.8/", "--tenant", "acme", "--event", "usage.hour");
      var owner =
          new InProcess.Sender(
              gateway.endpoint(),
              process.done("key", "create", "k", "--tenant", "acme", "--role", "owner"));
      assertThat(owner.send("PUT", "/api/v1/secrets/token", "{\"value\":\"v\"}").statusCode())
          .isEqualTo(200);
      assertThat(
              owner
                  .send("POST", "/api/v1/revocations", "{\"subject\":\"corp/alice\"}")
                  .statusCode())
          .isEqualTo(200);
      var issuers =
          "{\"issuers\":[{\"name\":\"corp\",\"issuer\":\"https://192.0.43.8\","
              + "\"jwksUri\":\"https://192.0.43.8/keys\"}]}";
      assertThat(administrator.send("PATCH", "/api/v1/tenants/acme", issuers).body())
          .contains("\"issuer\":\"https://192.0.43.8\"");
      owner.send("POST", "/mcp", CALL);
      assertThat(owner.send("GET", "/api/v1/usage", "").statusCode()).isEqualTo(200);
      before = tablesOf("acme");
      process.done("tenant", "delete", "acme", "--yes");
      assertThat(process.done("tenant", "list")).doesNotContain("acme");
    }
    assertThat(before)
        .as("there was something to erase")
        .contains("api_key", "token_revocation", "tenant_member", "tenant_role", "tenant_quota")
        .contains("vault_key", "vault_secret");
    var after = tablesOf("acme");
    after.removeAll(STAYS);
    assertThat(after).isEmpty();
    assertThat(issuersOf("acme")).isZero();
  }

  private String url() throws Exception {
    try (var files = Files.walk(folder.resolve("data/store"))) {
      var file = files.filter(each -> each.toString().endsWith(".db")).findFirst().orElseThrow();
      return "jdbc:sqlite:" + file;
    }
  }

  /** The tables in which a tenant has rows; every table of the store names tenants. */
  private Set<String> tablesOf(String tenant) throws Exception {
    var found = new TreeSet<String>();
    try (var connection = DriverManager.getConnection(url());
        var names =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                        + " WHERE m.type = 'table' AND c.name = 'tenant_id'")) {
      while (names.next()) {
        var table = names.getString(1);
        var query = "SELECT count(*) FROM \"" + table + "\" WHERE tenant_id = ?";
        try (var statement = connection.prepareStatement(query)) {
          statement.setString(1, tenant);
          if (count(statement.executeQuery()) > 0) {
            found.add(table);
          }
        }
      }
    }
    return found;
  }

  private long issuersOf(String tenant) throws Exception {
    try (var connection = DriverManager.getConnection(url());
        var statement =
            connection.prepareStatement("SELECT count(*) FROM tenant_issuer WHERE tenant = ?")) {
      statement.setString(1, tenant);
      return count(statement.executeQuery());
    }
  }

  private static long count(ResultSet result) throws SQLException {
    try (result) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }
}
