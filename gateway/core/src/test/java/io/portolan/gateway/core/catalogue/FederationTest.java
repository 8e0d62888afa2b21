package io.portolan.gateway.core.catalogue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FederationTest {
  private static final Set<ListKind> TOOLS = Set.of(ListKind.TOOLS);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String CHANGED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

  private Federation federation = GatewayFixture.federation(GatewayFixture.SETTINGS);

  @AfterEach
  void close() {
    federation.close();
  }

  private void start(ScriptedServer... servers) throws InterruptedException {
    federation = GatewayFixture.federation(GatewayFixture.SETTINGS, servers);
    federation.start();
    federation.awaitReady();
  }

  private List<String> tools() {
    return federation.catalogue().list(ListKind.TOOLS).items().stream().map(Item::key).toList();
  }

  private Health health(String server) {
    return requireNonNull(federation.catalogue().server(server)).health();
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aChangeThatTheServerTellsOfIsShown(Era era) throws Exception {
    var server = new ScriptedServer("a", era).tools("one");
    start(server);
    assertThat(tools()).containsExactly("a__one");
    Wait.until("it is listened to", () -> server.listening() == 1);
    server.tools("one", "two");
    server.push(CHANGED);
    Wait.until("two tools", () -> tools().equals(List.of("a__one", "a__two")));
  }

  @Test
  void aStreamOfChangesThatEndsInOrderIsOpenedAgainAndNothingIsMissed() throws Exception {
    var server = new ScriptedServer("a", Era.MODERN).tools("one");
    start(server);
    Wait.until("it is listened to", () -> server.listening() == 1);
    server.tools("two"); // nobody is told
    server.endStreams();
    Wait.until("the change is seen", () -> tools().equals(List.of("a__two")));
    assertThat(server.probes()).as("the server was not lost").isEqualTo(1);
  }

  @Test
  void theStreamOfChangesIsOpenBeforeTheFirstList() throws Exception {
    var server = new ScriptedServer("a", Era.MODERN).tools("one");
    start(server);
    var first = server.received().getFirst();
    assertThat(first).contains(Methods.SUBSCRIPTIONS_LISTEN);
  }

  @Test
  void aServerThatTellsOfNoChangesIsAskedNowAndThen() throws Exception {
    var server = new ScriptedServer("a", Era.MODERN).tools("one");
    server.on(Methods.SUBSCRIPTIONS_LISTEN, asked -> asked.error(-32601, 404));
    var often =
        new Federation.Settings(
            LONG,
            LONG,
            LONG,
            LONG,
            Duration.ofMillis(5),
            Duration.ofMillis(5),
            LONG,
            Duration.ofMillis(1),
            LONG,
            GuardSettings.DEFAULT,
            CatalogueLimits.ofHeap());
    federation = GatewayFixture.federation(often, server);
    federation.start();
    federation.awaitReady();
    server.tools("two");
    Wait.until("the change is seen", () -> tools().equals(List.of("a__two")));
  }

  @Test
  void aServerThatIsDownStaysListedAndComesBack() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    start(server, new ScriptedServer("b", Era.LEGACY).tools("other"));
    server.down();
    Wait.until("it is down", () -> health("a") == Health.DOWN);
    assertThat(tools()).containsExactly("a__one", "b__other");
    assertThat(federation.catalogue().serversInTrouble()).isNotNull();
    server.tools("new").up();
    federation.check("a");
    Wait.until("it is back", () -> tools().equals(List.of("a__new", "b__other")));
    assertThat(health("a")).isEqualTo(Health.UP);
  }

  @Test
  void aServerThatStaysDownIsListedNoMoreAfterTheGracePeriod() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    var kinds = new CopyOnWriteArrayList<Set<ListKind>>();
    federation =
        GatewayFixture.federation(
            GatewayFixture.SETTINGS.with(Duration.ofMillis(300), GuardSettings.DEFAULT),
            server,
            new ScriptedServer("b", Era.LEGACY).tools("other"));
    federation.start();
    federation.awaitReady();
    federation.onChange(
        new Federation.Listener() {
          @Override
          public void listsChanged(Server a, Set<ListKind> changed) {
            kinds.add(changed);
          }
        });
    server.down();
    Wait.until("it is listed no more", () -> tools().equals(List.of("b__other")));
    Wait.until("clients are told", () -> kinds.equals(List.of(TOOLS)));
    assertThat(health("a")).isEqualTo(Health.DOWN);
    server.up();
    federation.check("a");
    Wait.until("it is listed again", () -> tools().equals(List.of("a__one", "b__other")));
    Wait.until("clients are told again", () -> kinds.equals(List.of(TOOLS, TOOLS)));
  }

  @Test
  void whoRefreshesAServerThatIsDownDoesNotWait() throws Exception {
    start(new ScriptedServer("a", Era.LEGACY).down());
    var since = System.nanoTime();
    federation.refresh("a", TOOLS, LONG);
    assertThat(System.nanoTime() - since).isLessThan(LONG.toNanos() / 2);
  }

  @Test
  void aBugInATransportEndsNoMonitor() throws Exception {
    var broken = new AtomicBoolean(true);
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    server.on(
        Methods.TOOLS_LIST,
        asked -> {
          if (broken.get()) {
            throw new IllegalStateException("a bug, made for this test");
          }
          return asked.result("{\"tools\":[{\"name\":\"one\"}]}");
        });
    start(server);
    assertThat(health("a")).isEqualTo(Health.DOWN);
    broken.set(false);
    Wait.until("it is up", () -> health("a") == Health.UP);
    assertThat(tools()).containsExactly("a__one");
  }

  @Test
  void aServerThatIsBusyIsNotDown() throws Exception {
    var pinged = new CountDownLatch(3);
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    server.on(
        Methods.PING,
        _ -> {
          pinged.countDown();
          return new Answer.Failed(new UpstreamFailure.Saturated("busy"));
        });
    start(server);
    Wait.on(pinged);
    assertThat(health("a")).isEqualTo(Health.UP);
  }

  @Test
  void aListThatFailsOnceIsKeptAsItWas() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    start(server);
    server.on(Methods.TOOLS_LIST, asked -> asked.error(-32603, 200));
    server.down().up();
    Wait.until("it was asked again", () -> server.received(Methods.TOOLS_LIST).size() == 2);
    Wait.until("it is up", () -> health("a") == Health.UP);
    assertThat(tools()).containsExactly("a__one");
  }

  @Test
  void callsToAServerThatIsDownDoNotMakeAStormOfAttempts() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY).down();
    var slow =
        new Federation.Settings(
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            Duration.ofSeconds(10),
            LONG,
            LONG,
            LONG,
            GuardSettings.DEFAULT,
            CatalogueLimits.ofHeap());
    federation = GatewayFixture.federation(slow, server);
    federation.start();
    federation.awaitReady();
    for (int i = 0; i < 1_000; i++) {
      federation.check("a");
    }
    assertThat(server.probes()).isEqualTo(1);
  }

  /** Two servers of three fit: which of them came first is the machine's business. */
  @ParameterizedTest
  @ValueSource(strings = {"items", "bytes"})
  void allServersTogetherOfferSoMuchAndNoMore(String what) throws Exception {
    var limits =
        what.equals("items")
            ? new CatalogueLimits(4, Long.MAX_VALUE)
            : new CatalogueLimits(Integer.MAX_VALUE, 4 * TOOL_BYTES);
    var refused = new LinkedBlockingQueue<String>();
    var servers = new ScriptedServer[3];
    for (int i = 0; i < 3; i++) {
      servers[i] = new ScriptedServer("s" + i, Era.LEGACY).tools("t0", "t1");
    }
    federation = GatewayFixture.federation(GatewayFixture.SETTINGS.with(limits), servers);
    federation.onChange(
        new Federation.Listener() {
          @Override
          public void listsRefused(String server) {
            refused.add(server);
          }
        });
    federation.start();
    federation.awaitReady();
    var out = Objects.requireNonNull(refused.poll(20, TimeUnit.SECONDS));
    Wait.until("it counts as down", () -> health(out) == Health.DOWN);
    assertThat(tools()).hasSize(4).noneMatch(tool -> tool.startsWith(out));
    assertThat(Objects.requireNonNull(federation.catalogue().server(out)).reason())
        .contains("catalogue-max");
    assertThat(String.valueOf(federation.catalogue().serversInTrouble())).contains(out);
    // One of the others offers less: there is room again.
    var other = out.equals("s0") ? servers[1] : servers[0];
    Wait.until("it is listened to", () -> other.listening() == 1);
    other.tools();
    other.push(CHANGED);
    Wait.until("all is shown", () -> health(out) == Health.UP && tools().size() == 4);
    assertThat(tools()).anyMatch(tool -> tool.startsWith(out));
  }

  private static final long TOOL_BYTES =
      "{\"name\":\"t0\",\"inputSchema\":{\"type\":\"object\"}}".length();

  @Test
  void aSlowServerHoldsUpNoOther() throws Exception {
    var release = new CountDownLatch(1);
    var slow = new ScriptedServer("slow", Era.LEGACY).tools("late");
    slow.on(
        Methods.TOOLS_LIST,
        asked -> {
          Wait.on(release);
          return asked.result("{\"tools\":[{\"name\":\"late\"}]}");
        });
    federation =
        GatewayFixture.federation(
            GatewayFixture.SETTINGS, slow, new ScriptedServer("a", Era.LEGACY).tools("one"));
    federation.start();
    assertThat(federation.settledCatalogue(TenantId.DEVELOPMENT, "a").tool("a__one")).isNotNull();
    assertThat(federation.isSettling()).isTrue();
    release.countDown();
    federation.awaitReady();
    assertThat(tools()).containsExactly("a__one", "slow__late");
  }

  @Test
  void listenersHearOfWhatChangedAndFindIt() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY).tools("one");
    var heard = new CopyOnWriteArrayList<String>();
    federation = GatewayFixture.federation(GatewayFixture.SETTINGS, server);
    federation.onChange(
        new Federation.Listener() {
          @Override
          public void listsChanged(Server changed, Set<ListKind> kinds) {
            heard.add(changed.name() + kinds + tools());
          }

          @Override
          public void healthChanged(Server changed) {
            heard.add(changed.name() + " " + changed.health());
          }
        });
    federation.start();
    federation.awaitReady();
    server.tools("two");
    federation.refresh("a", TOOLS, LONG);
    assertThat(heard).containsExactly("a[TOOLS][a__one]", "a UP", "a[TOOLS][a__two]");
  }

  @Test
  void aHundredServersStartAndEachIsPutIntoFederatedNamesOnce() throws Exception {
    var servers = new ScriptedServer[100];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = new ScriptedServer("s" + i, Era.LEGACY).tools("a", "b", "c");
    }
    start(servers);
    var expected = new ArrayList<String>();
    new TreeSet<>(List.of(servers).stream().map(server -> server.definition().name()).toList())
        .forEach(name -> expected.addAll(List.of(name + "__a", name + "__b", name + "__c")));
    assertThat(tools()).isEqualTo(expected);
  }

  @Test
  void anItemThatCouldBeReadInTwoWaysIsLeftOut() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY);
    server.list(
        ListKind.TOOLS,
        "{\"name\":\"x\",\"name\":\"b__y\"}",
        "{\"name\":\"m\",\"_meta\":{\"ui\":{\"resourceUri\":\"ui://1\",\"resourceUri\":\"ui://2\"}}}",
        "{\"name\":\"\"}",
        "{\"title\":\"no name\"}",
        "7",
        "{\"name\":\"fine\"}");
    start(server);
    assertThat(tools()).containsExactly("a__fine");
  }

  @Test
  void aListWhosePagesNeverEndIsTakenAsFarAsItIsNew() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY);
    server.on(
        Methods.TOOLS_LIST,
        asked -> asked.result("{\"tools\":[{\"name\":\"one\"}],\"nextCursor\":\"again\"}"));
    start(server);
    assertThat(server.received(Methods.TOOLS_LIST)).hasSize(2);
    assertThat(tools()).containsExactly("a__one");
  }
}
