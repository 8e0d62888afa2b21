package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Pinning;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.protocol.Era;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that are held to what somebody approved of. */
@Timeout(60)
class PinnedServersTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Route SINGLE = new Route.Single("s");

  private final Map<String, String> approved = new ConcurrentHashMap<>(); // tool to definition
  private final AtomicBoolean unreadable = new AtomicBoolean();
  private final ScriptedServer server =
      new ScriptedServer("s", Era.LEGACY)
          .list(ListKind.TOOLS, "{\"name\":\"safe\"}", "{\"name\":\"new\"}");

  private final Pinning pinning =
      (_, _, offered) -> {
        if (unreadable.get()) {
          throw new Pinning.PinsUnreadableException("the store is away", new Exception());
        }
        var lists = new EnumMap<ListKind, Listing>(ListKind.class);
        offered.lists().forEach(lists::put);
        lists.put(
            ListKind.TOOLS,
            new Listing(
                offered.list(ListKind.TOOLS).items().stream()
                    .filter(item -> item.json().text().equals(approved.get(item.key())))
                    .toList()));
        return new Pinning.InForce(lists, false);
      };

  private GatewayFixture gateway() throws InterruptedException {
    approved.put("safe", "{\"name\":\"safe\"}");
    return GatewayFixture.pinned(pinning, server);
  }

  private static List<String> tools(GatewayFixture gateway) {
    return gateway.federation().catalogue().list(ListKind.TOOLS).items().stream()
        .map(Item::key)
        .toList();
  }

  private static Outcome call(GatewayFixture gateway, Route route, String tool)
      throws InterruptedException {
    var session = gateway.initialize(route, "{}");
    var body = GatewayFixture.message(1, "tools/call", "{\"name\":\"" + tool + "\"}");
    return gateway.post(route, session, body).record().outcome();
  }

  @Test
  void whatIsNotInForceIsNeitherListedNorCalled() throws Exception {
    try (var gateway = gateway()) {
      assertThat(tools(gateway)).containsExactly("s__safe");
      assertThat(call(gateway, GatewayFixture.FEDERATED, "s__safe")).isEqualTo(Outcome.OK);
      assertThat(call(gateway, SINGLE, "safe")).isEqualTo(Outcome.OK);
      for (var name : List.of("new", "never-listed")) {
        assertThat(call(gateway, GatewayFixture.FEDERATED, "s__" + name))
            .isEqualTo(Outcome.BAD_REQUEST);
        assertThat(call(gateway, SINGLE, name)).isEqualTo(Outcome.BAD_REQUEST);
      }
      assertThat(server.received("tools/call")).hasSize(2);
    }
  }

  @Test
  void whatIsApprovedOfLaterIsInForceWithTheNextLook() throws Exception {
    try (var gateway = gateway()) {
      approved.put("new", "{\"name\":\"new\"}");
      gateway.federation().refresh("s", Set.of(ListKind.TOOLS), LONG);
      assertThat(tools(gateway)).containsExactly("s__safe", "s__new");
      assertThat(call(gateway, SINGLE, "new")).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void aDefinitionThatChangesIsOutOfForceOnceItIsSeen() throws Exception {
    try (var gateway = gateway()) {
      server.list(ListKind.TOOLS, "{\"name\":\"safe\",\"description\":\"now with a twist\"}");
      gateway.federation().refresh("s", Set.of(ListKind.TOOLS), LONG);
      assertThat(tools(gateway)).isEmpty();
      assertThat(call(gateway, SINGLE, "safe")).isEqualTo(Outcome.BAD_REQUEST);
    }
  }

  @Test
  void whatWasInForceStaysWhileItCannotBeSaid() throws Exception {
    try (var gateway = gateway()) {
      unreadable.set(true);
      server.list(ListKind.TOOLS, "{\"name\":\"safe\"}", "{\"name\":\"other\"}");
      gateway.federation().refresh("s", Set.of(ListKind.TOOLS), LONG);
      Wait.until(
          "it counts as down",
          () -> gateway.gateway().servers().getFirst().health() == Health.DOWN);
      assertThat(tools(gateway)).containsExactly("s__safe");
      unreadable.set(false);
      gateway.federation().check("s");
      Wait.until(
          "it is up again", () -> gateway.gateway().servers().getFirst().health() == Health.UP);
      assertThat(tools(gateway)).containsExactly("s__safe");
    }
  }
}
