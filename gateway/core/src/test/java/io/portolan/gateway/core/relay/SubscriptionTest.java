package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.relay.Subscriptions.Admission;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTest {
  private static final Duration AT_ONCE = Duration.ofNanos(1);
  private static final Set<ListKind> ALL = EnumSet.allOf(ListKind.class);

  private static Subscription subscription(Route route, String notifications) {
    var filter = SubscriptionFilter.read(Wire.view("{\"notifications\":" + notifications + "}"));
    return new Subscription(route, Slice.utf8("\"L\""), filter.orElseThrow(), (_, _) -> true);
  }

  private static Server server(String name) {
    var upstream = new ScriptedServer(name, Era.LEGACY);
    return new Server(name, name, upstream, Health.UP, Instant.EPOCH, "", null);
  }

  private static Subscription toAll() {
    return subscription(
        new Route.Federated(),
        "{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true}");
  }

  private static List<String> waiting(Subscription subscription) throws InterruptedException {
    var all = new ArrayList<String>();
    for (var next = subscription.next(AT_ONCE);
        next.isPresent();
        next = subscription.next(AT_ONCE)) {
      all.add(next.map(Payload::toString).orElseThrow());
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "toolsListChanged, notifications/tools/list_changed",
    "promptsListChanged, notifications/prompts/list_changed",
    "resourcesListChanged, notifications/resources/list_changed"
  })
  void onlyWhatWasAskedForIsTold(String wish, String method) throws Exception {
    var one = subscription(new Route.Federated(), "{\"" + wish + "\":true}");
    one.changed(server("a"), ALL);
    assertThat(waiting(one))
        .singleElement()
        .satisfies(
            message -> {
              assertThat(Wire.string(message, "method")).isEqualTo(method);
              assertThat(message).contains("\"io.modelcontextprotocol/subscriptionId\":\"L\"");
            });
  }

  @Test
  void resourcesAndTemplatesAreOneChange() throws Exception {
    var all = toAll();
    all.changed(server("a"), Set.of(ListKind.RESOURCES, ListKind.TEMPLATES));
    assertThat(waiting(all)).hasSize(1);
  }

  @Test
  void aSingleServersRouteHearsOfThatServerOnly() throws Exception {
    var single = subscription(new Route.Single("a"), "{\"toolsListChanged\":true}");
    single.changed(server("b"), ALL);
    assertThat(waiting(single)).isEmpty();
    single.changed(server("a"), ALL);
    assertThat(waiting(single)).hasSize(1);
  }

  @Test
  void theAcknowledgementSaysWhatIsHonoured() {
    var some =
        subscription(
            new Route.Federated(),
            "{\"toolsListChanged\":true,\"promptsListChanged\":false,\"x\":true,"
                + "\"resourceSubscriptions\":[\"a\",7,\"b\",\"a\"]}");
    assertThat(some.acknowledgement())
        .hasToString(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                + "\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"L\"},"
                + "\"notifications\":{\"toolsListChanged\":true,"
                + "\"resourceSubscriptions\":[\"a\",\"b\"]}}}");
    assertThat(some.completion())
        .hasToString(
            "{\"jsonrpc\":\"2.0\",\"id\":\"L\",\"result\":{\"resultType\":\"complete\","
                + "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"L\"}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'uri':'u','x':1.0}             | {'_meta':{@},'uri':'u','x':1.0}",
        "{'_meta':{},'uri':'u'}          | {'_meta':{@},'uri':'u'}",
        "{'_meta':{'a':1},'uri':'u'}     | {'_meta':{@,'a':1},'uri':'u'}",
        "{'uri':'u','_meta':{'io.modelcontextprotocol/subscriptionId':99,'a':1}} | {'uri':'u','_meta':{@,'a':1}}",
      })
  void anUpdateKeepsItsBytesAndGetsTheClientsId(String params, String expected) throws Exception {
    var all = toAll();
    var update =
        (Message.Notification)
            Wire.message(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
                    + params.replace('\'', '"')
                    + "}");
    all.updated(new Splice(update.bytes()), update);
    assertThat(Wire.at(waiting(all).getFirst(), "params"))
        .isEqualTo(
            expected
                .replace('\'', '"')
                .replace("@", "\"io.modelcontextprotocol/subscriptionId\":\"L\""));
  }

  @Test
  void aClientThatFallsBehindHasItsStreamEndedAfterWhatWaits() throws Exception {
    var all = toAll();
    for (int i = 0; i < 1_000; i++) {
      all.changed(server("a"), Set.of(ListKind.TOOLS));
    }
    assertThat(all.ended()).as("something waits").isFalse();
    assertThat(waiting(all)).hasSize(256);
    assertThat(all.ended()).isTrue();
  }

  @Test
  void endingTwiceIsEndingOnce() throws Exception {
    var all = toAll();
    all.end();
    all.end();
    all.changed(server("a"), ALL);
    assertThat(waiting(all)).isEmpty();
    assertThat(all.next(AT_ONCE)).isEmpty();
    assertThat(all.ended()).isTrue();
  }

  @Test
  void whoSubscribesWhileTheGatewayClosesIsLetGo() throws Exception {
    var subscriptions = new Subscriptions(1, 1);
    subscriptions.close();
    var late = toAll();
    assertThat(subscriptions.add(late, Principal.ANONYMOUS)).isEqualTo(Admission.OPEN);
    assertThat(late.next(AT_ONCE)).isEmpty();
    assertThat(late.ended()).isTrue();
  }

  @Test
  void soManyAreOpenOfAllAndOfOneAndNoMore() {
    var subscriptions = new Subscriptions(3, 2);
    var mine = toAll();
    var other = new Principal(TenantId.DEVELOPMENT, "other");
    assertThat(subscriptions.add(mine, Principal.ANONYMOUS)).isEqualTo(Admission.OPEN);
    assertThat(subscriptions.add(toAll(), Principal.ANONYMOUS)).isEqualTo(Admission.OPEN);
    assertThat(subscriptions.add(toAll(), Principal.ANONYMOUS))
        .isEqualTo(Admission.TOO_MANY_OF_CALLER);
    var his = toAll();
    assertThat(subscriptions.add(his, other)).isEqualTo(Admission.OPEN);
    assertThat(subscriptions.add(toAll(), other)).isEqualTo(Admission.TOO_MANY);
    assertThat(subscriptions.count()).isEqualTo(3);
    subscriptions.remove(mine);
    subscriptions.remove(mine);
    assertThat(subscriptions.add(toAll(), Principal.ANONYMOUS)).isEqualTo(Admission.OPEN);
    subscriptions.remove(his);
    assertThat(subscriptions.add(toAll(), other)).isEqualTo(Admission.OPEN);
    assertThat(subscriptions.count()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"notifications\":7}", "{\"notifications\":[]}"})
  void aFilterMustBeAnObject(String params) {
    assertThat(SubscriptionFilter.read(Wire.view(params))).isEmpty();
    assertThat(SubscriptionFilter.read(null)).isEmpty();
  }

  @Test
  void soManyResourcesAreFollowedAndNoMore() {
    var uris = new ArrayList<String>();
    for (int i = 0; i <= SubscriptionFilter.URIS_MAX; i++) {
      uris.add("\"u" + i + "\"");
    }
    var wish = "{\"notifications\":{\"resourceSubscriptions\":[" + String.join(",", uris) + "]}}";
    assertThat(SubscriptionFilter.read(Wire.view(wish)).orElseThrow().uris())
        .hasSize(SubscriptionFilter.URIS_MAX);
  }
}
