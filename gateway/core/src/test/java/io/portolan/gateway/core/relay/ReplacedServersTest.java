package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.protocol.Era;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that are added, removed and exchanged while clients call. */
@Timeout(60)
class ReplacedServersTest {
  private final ScriptedServer one = new ScriptedServer("one", Era.LEGACY).tools("t");
  private final ScriptedServer two = new ScriptedServer("two", Era.LEGACY).tools("t");

  private static Outcome call(GatewayFixture gateway, String tool) throws InterruptedException {
    var session = gateway.initialize("{}");
    return gateway.call(session, 1, "tools/call", "{\"name\":\"" + tool + "\"}").record().outcome();
  }

  private static void awaitTools(Federation federation, String... names) {
    Wait.until(
        "the tools are " + List.of(names),
        () ->
            federation.catalogue().list(ListKind.TOOLS).items().stream()
                .map(item -> item.key())
                .toList()
                .equals(List.of(names)));
  }

  @Test
  void aServerComesAndAnotherGoes() throws Exception {
    try (var gateway = GatewayFixture.over(one, two)) {
      var federation = gateway.federation();
      federation.replace(List.of(one.definition()));
      awaitTools(federation, "one__t");
      assertThat(call(gateway, "two__t")).isEqualTo(Outcome.BAD_REQUEST);
      assertThat(call(gateway, "one__t")).isEqualTo(Outcome.OK);
      assertThat(one.probes()).as("it was left alone").isOne();
      federation.replace(List.of(one.definition(), two.definition()));
      awaitTools(federation, "one__t", "two__t");
      assertThat(call(gateway, "two__t")).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void aCallToAServerThatIsRemovedEndsInOrder() throws Exception {
    var arrived = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    one.on(
        "tools/call",
        asked -> {
          arrived.countDown();
          release.await();
          return asked.result("{\"content\":[]}");
        });
    try (var gateway = GatewayFixture.over(one, two)) {
      var session = gateway.initialize("{}");
      var under =
          gateway.posting(
              session, GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}"));
      Wait.on(arrived);
      gateway.federation().replace(List.of(two.definition()));
      awaitTools(gateway.federation(), "two__t");
      release.countDown();
      assertThat(under.await().outcome()).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void sessionsAreToldThatToolsAreGone() throws Exception {
    try (var gateway = GatewayFixture.over(one, two)) {
      var session = gateway.initialize("{}");
      var listening = gateway.getting(session);
      Wait.until("the client listens", () -> listening.reply().isStream());
      gateway.federation().replace(List.of(two.definition()));
      listening.reply().awaitMessage("notifications/tools/list_changed");
      gateway.delete(session);
      listening.await();
    }
  }

  @Test
  void aListOfTheLargestSizeIsTakenAndOneItemMoreIsNot() throws Exception {
    var most = IntStream.range(0, 10_000).mapToObj(i -> "t" + i).toArray(String[]::new);
    var more = IntStream.range(0, 10_001).mapToObj(i -> "t" + i).toArray(String[]::new);
    try (var gateway = GatewayFixture.over(one.tools(most), two.tools(more))) {
      var catalogue = gateway.federation().catalogue();
      assertThat(catalogue.list(ListKind.TOOLS).items()).hasSize(10_000);
      var down = gateway.gateway().servers().getLast();
      assertThat(down.health()).isEqualTo(Health.DOWN);
      assertThat(down.reason()).contains("limit of 10000 items");
    }
  }
}
