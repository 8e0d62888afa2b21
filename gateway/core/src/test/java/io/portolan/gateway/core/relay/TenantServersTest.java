package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.CatalogueLimits;
import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that only one tenant sees, beside those that all see. */
@Timeout(60)
class TenantServersTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId ZETA = new TenantId("zeta");
  private static final TenantId OTHER = new TenantId("other");
  private static final Route KV = new Route.Single("kv");

  private final ScriptedServer shared = new ScriptedServer("all", Era.LEGACY).tools("t");
  private final ScriptedServer acmes = new ScriptedServer("acme/kv", Era.LEGACY).tools("get", "a");
  private final ScriptedServer zetas = new ScriptedServer("zeta/kv", Era.LEGACY).tools("get", "z");

  private GatewayFixture gateway() throws InterruptedException {
    var gateway = GatewayFixture.over(shared, acmes, zetas);
    Wait.until(
        "all are up",
        () ->
            gateway.federation().servers().stream()
                .allMatch(server -> server.health() == ServerStatus.Health.UP));
    return gateway;
  }

  private static List<String> tools(GatewayFixture gateway, TenantId tenant) {
    return gateway.federation().catalogue(tenant).list(ListKind.TOOLS).items().stream()
        .map(Item::key)
        .toList();
  }

  private static void as(GatewayFixture gateway, TenantId tenant) {
    gateway.as(new Principal(tenant, "ann"));
  }

  private static Outcome call(GatewayFixture gateway, Route route, String tool)
      throws InterruptedException {
    var session = gateway.initialize(route, "{}");
    var body = GatewayFixture.message(1, "tools/call", "{\"name\":\"" + tool + "\"}");
    return gateway.post(route, session, body).record().outcome();
  }

  @Test
  void aTenantSeesItsOwnServersAndThoseOfAllUnderTheSameNames() throws Exception {
    try (var gateway = gateway()) {
      assertThat(tools(gateway, ACME)).containsExactly("all__t", "kv__get", "kv__a");
      assertThat(tools(gateway, ZETA)).containsExactly("all__t", "kv__get", "kv__z");
      assertThat(tools(gateway, OTHER)).containsExactly("all__t");
      assertThat(gateway.federation().tools()).isEqualTo(5);
    }
  }

  @Test
  void aCallReachesTheServerOfTheCallersTenant() throws Exception {
    try (var gateway = gateway()) {
      as(gateway, ACME);
      assertThat(call(gateway, GatewayFixture.FEDERATED, "kv__get")).isEqualTo(Outcome.OK);
      assertThat(call(gateway, KV, "get")).isEqualTo(Outcome.OK);
      assertThat(acmes.received("tools/call")).hasSize(2);
      assertThat(zetas.received("tools/call")).isEmpty();
    }
  }

  @Test
  void anotherTenantsServerIsAnUnknownOne() throws Exception {
    try (var gateway = gateway()) {
      as(gateway, ZETA);
      assertThat(call(gateway, GatewayFixture.FEDERATED, "kv__a")).isEqualTo(Outcome.BAD_REQUEST);
      as(gateway, OTHER);
      var body =
          GatewayFixture.message(
              1,
              "initialize",
              "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                  + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
      var foreign = gateway.post(KV, new FixedHeaders(), body);
      var unknown = gateway.post(new Route.Single("no"), new FixedHeaders(), body);
      assertThat(foreign.reply().status()).isEqualTo(unknown.reply().status()).isEqualTo(404);
      assertThat(foreign.body().replace("kv", "no")).isEqualTo(unknown.body());
      assertThat(acmes.received("tools/call")).isEmpty();
      assertThat(zetas.received("tools/call")).isEmpty();
    }
  }

  @Test
  void onlyTheTenantIsToldOfAChangeOfItsServer() throws Exception {
    try (var gateway = gateway()) {
      as(gateway, ZETA);
      var zeta = gateway.initialize("{}");
      var zetaListens = gateway.getting(zeta);
      Wait.until("zeta listens", () -> zetaListens.reply().isStream());
      as(gateway, ACME);
      var acme = gateway.initialize("{}");
      var acmeListens = gateway.getting(acme);
      Wait.until("acme listens", () -> acmeListens.reply().isStream());
      gateway.federation().replaceOwn(ACME, List.of());
      acmeListens.reply().awaitMessage("notifications/tools/list_changed");
      assertThat(tools(gateway, ACME)).containsExactly("all__t");
      gateway.delete(acme);
      acmeListens.await();
      as(gateway, ZETA);
      gateway.delete(zeta);
      zetaListens.await();
      assertThat(zetaListens.reply().body()).doesNotContain("list_changed");
    }
  }

  @Test
  void aServerOfAllTakesPrecedenceOverATenantsOfTheSameName() throws Exception {
    var kv = new ScriptedServer("kv", Era.LEGACY).tools("common");
    try (var gateway = GatewayFixture.over(kv, acmes)) {
      Wait.until("it is up", () -> tools(gateway, OTHER).equals(List.of("kv__common")));
      assertThat(tools(gateway, ACME)).containsExactly("kv__common");
    }
  }

  @Test
  void aTenantHasHalfOfTheRoomThereIs() throws Exception {
    var limits = new CatalogueLimits(6, Long.MAX_VALUE);
    var many = new ScriptedServer("acme/many", Era.LEGACY).tools("1", "2", "3", "4");
    try (var gateway = GatewayFixture.over(GatewayFixture.SETTINGS.with(limits), many, zetas)) {
      Wait.until("zeta's fits", () -> tools(gateway, ZETA).size() == 2);
      Wait.until(
          "acme's does not",
          () -> gateway.gateway().servers().getFirst().reason().contains("catalogue-max"));
      assertThat(tools(gateway, ACME)).isEmpty();
    }
  }
}
