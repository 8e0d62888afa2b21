package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.cost.Price;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.Quotas.Asked;
import io.portolan.tenancy.Quotas.Used;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeteringTest {
  private static final Caller ALICE =
      new Caller(
          new Principal(new TenantId("acme"), "alice"),
          "key:k1",
          "agent-1",
          Set.of("caller"),
          Set.of("ops"),
          Set.of());

  private final List<Reserved> reserved = new ArrayList<>();
  private final List<Used> settled = new ArrayList<>();
  private Quotas.Outcome outcome = new Quotas.Outcome.Granted(settled::add);
  private final Prices prices = Prices.none();
  private final GatewayFixture gateway;
  private String result = "{\"content\":[]}";

  private record Reserved(Caller caller, Asked asked) {}

  MeteringTest() throws Exception {
    gateway =
        GatewayFixture.metered(
            (caller, asked) -> {
              reserved.add(new Reserved(caller, asked));
              return outcome;
            },
            prices,
            new ScriptedServer("one", Era.MODERN)
                .tools("t", "u")
                .on("tools/call", asked -> asked.result(result)));
    gateway.as(ALICE);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aCallIsReservedForItsCallerWithAllThatTheProofSays() throws Exception {
    var done = gateway.modernCall("tools/call", "one__t", "\"name\":\"one__t\"");
    assertThat(done.record().outcome()).isEqualTo(Outcome.OK);
    assertThat(reserved).containsExactly(new Reserved(ALICE, new Asked("one__t", Cost.FREE)));
    assertThat(settled).containsExactly(Used.CALLED);
  }

  @Test
  void aToolHasOneNameWhicheverEndpointItIsCalledAt() throws Exception {
    var done =
        gateway.post(
            new Route.Single("one"),
            GatewayFixture.modern("tools/call", "t"),
            GatewayFixture.modernMessage("tools/call", "", "\"name\":\"t\""));
    assertThat(done.record().outcome()).isEqualTo(Outcome.OK);
    assertThat(reserved).containsExactly(new Reserved(ALICE, new Asked("one__t", Cost.FREE)));
  }

  @Test
  void aCallThatReachesNoServerUsesNothing() throws Exception {
    gateway.modernCall("tools/call", "one__x", "\"name\":\"one__x\"");
    assertThat(settled).containsExactly(Used.NOTHING);
  }

  @Test
  void aCallOverAQuotaIsToldWhichAndWhenToComeBack() throws Exception {
    outcome = new Quotas.Outcome.Exceeded("calls-per-day of the key", 10, Duration.ofSeconds(90));
    var done = gateway.modernCall("tools/call", "one__t", "\"name\":\"one__t\"");
    assertThat(done.reply().status()).isEqualTo(429);
    assertThat(done.reply().header("Retry-After")).isEqualTo("90");
    assertThat(done.body()).contains("-31012", "10 calls-per-day of the key");
    assertThat(settled).isEmpty();
  }

  /** 10 a call, 2 a token; a call is expected to use 500, and says how many it did. */
  private static Price price(@Nullable String tool) {
    return new Price("one", tool, 10, 500, List.of("_meta", "usage", "totalTokens"), 2_000);
  }

  @Test
  void aCallWithAPriceIsReservedByItsEstimateAndSettledByWhatItsResultSays() throws Exception {
    prices.replace(List.of(price("t")));
    result = "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":42}}}";
    var done = gateway.modernCall("tools/call", "one__t", "\"name\":\"one__t\"");
    assertThat(reserved.getFirst().asked()).isEqualTo(new Asked("one__t", new Cost(500, 1_010)));
    assertThat(settled).containsExactly(new Used.Called(new Cost(42, 94)));
    assertThat(done.record().cost()).isEqualTo(new Cost(42, 94));
  }

  @Test
  void aLegacyClientPaysTheSame() throws Exception {
    prices.replace(List.of(price(null)));
    result = "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":7}}}";
    var session = gateway.initialize("{}");
    gateway.call(session, 1, "tools/call", "{\"name\":\"one__u\"}");
    assertThat(settled).containsExactly(new Used.Called(new Cost(7, 24)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"content\":[]}",
        "{\"content\":[],\"_meta\":{\"usage\":7}}",
        "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":-7}}}",
        "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":1.5}}}",
        "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":\"7\"}}}",
        "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":9999999999999999999}}}"
      })
  void aResultThatDoesNotSayIsPaidByTheEstimate(String unclear) throws Exception {
    prices.replace(List.of(price("t")));
    result = unclear;
    gateway.modernCall("tools/call", "one__t", "\"name\":\"one__t\"");
    assertThat(settled).containsExactly(new Used.Called(new Cost(500, 1_010)));
  }

  @Test
  void aResultThatSaysTooMuchIsBounded() throws Exception {
    prices.replace(List.of(price("t")));
    result = "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":999999999999999999}}}";
    gateway.modernCall("tools/call", "one__t", "\"name\":\"one__t\"");
    var most = 1_000_000_000_000_000L;
    assertThat(settled).containsExactly(new Used.Called(new Cost(most, most)));
  }

  @Test
  void aToolOfItsOwnPriceIsNotPaidByItsServers() {
    prices.replace(List.of(price(null), new Price("one", "t", 3, 0, List.of(), 0)));
    assertThat(prices.of("one", "t")).extracting(Price::perCall).isEqualTo(3L);
    assertThat(prices.of("one", "u")).extracting(Price::perCall).isEqualTo(10L);
    assertThat(prices.of("two", "u")).isNull();
    assertThatThrownBy(() -> prices.replace(Collections.nCopies(1_001, price("t"))))
        .hasMessageContaining("1001 prices, more than 1000");
  }

  @Test
  void listsAreNotMetered() throws Exception {
    gateway.post(
        new Route.Federated(),
        FixedHeaders.of(Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list")),
        GatewayFixture.modernMessage("tools/list", "", ""));
    assertThat(reserved).isEmpty();
  }
}
