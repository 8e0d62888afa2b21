package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopesTest {
  private static final Route ALL = new Route.Federated();
  private static final FixedHeaders NONE = FixedHeaders.of(Map.of());
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private final GatewayFixture gateway;

  ScopesTest() throws Exception {
    gateway = GatewayFixture.over();
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Caller with(String... scopes) {
    return new Caller(
        new Principal(TenantId.DEVELOPMENT, "alice"),
        "test",
        null,
        Set.of(),
        Set.of(),
        Set.of(scopes));
  }

  @Test
  void aCallWithoutItsScopeIsRefusedAndTheChallengeKeepsWhatWasGranted() throws Exception {
    gateway.as(with(Scopes.READ, "openid"));
    var done = gateway.post(ALL, NONE, CALL);
    assertThat(done.reply().status()).isEqualTo(403);
    assertThat(done.reply().header("Scopes")).isEqualTo("mcp:read mcp:tools:call");
    assertThat(done.body()).contains("\"id\":7", "tools/call needs a token with the scope");
    assertThat(done.record().outcome()).isEqualTo(Outcome.DENIED);
    assertThat(done.record().method()).isEqualTo("tools/call");
  }

  @Test
  void readingNeedsItsOwnScope() throws Exception {
    gateway.as(with(Scopes.CALL));
    assertThat(gateway.post(ALL, NONE, INITIALIZE).reply().status()).isEqualTo(403);
    gateway.as(with(Scopes.READ));
    assertThat(gateway.post(ALL, NONE, INITIALIZE).reply().status()).isEqualTo(200);
  }

  @Test
  void scopesOfOthersGrantNothing() throws Exception {
    gateway.as(with("openid", "mcp:reads"));
    assertThat(gateway.post(ALL, NONE, INITIALIZE).reply().status()).isEqualTo(403);
  }

  @Test
  void theWholeScopeAndAProofWithoutScopesAreNotLimited() throws Exception {
    for (var caller : Set.of(with(Scopes.ALL), with())) {
      gateway.as(caller);
      assertThat(gateway.post(ALL, NONE, INITIALIZE).reply().status()).isEqualTo(200);
    }
  }

  @Test
  void aPingNeedsNone() throws Exception {
    gateway.as(with("openid"));
    assertThat(gateway.post(ALL, NONE, PING).reply().status()).isNotEqualTo(403);
  }
}
