package io.portolan.registry.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.Authorization;
import io.portolan.registry.Authorization.ClientAuthentication;
import io.portolan.registry.Authorization.Grant;
import io.portolan.registry.Lifecycle;
import io.portolan.registry.RegisteredServer;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerRegistry;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Status;
import io.portolan.registry.Terms;
import io.portolan.registry.stored.ServerDesk.Changed;
import io.portolan.registry.stored.ServerDesk.Published;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredServersTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final ServerName WEATHER = new ServerName("com.acme/weather");

  private final Store store;
  private final StoredServers servers;
  private final ServerDesk desk;

  StoredServersTest(@TempDir Path folder) throws Exception {
    var tables = Stream.of(RegistryTables.ALL, PinTables.ALL).flatMap(List::stream).toList();
    store = EmbeddedStore.open(folder, new Schema(tables), Clock.systemUTC());
    servers = looking();
    desk = new ServerDesk(store, servers, Clock.systemUTC());
  }

  /** A gateway's view of the store; looks only when it is told. */
  private StoredServers looking() throws Exception {
    var view = new StoredServers(store, StoredServers.Timing.DEFAULT);
    view.look();
    return view;
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private static ServerDraft draft(ServerName name, String version, @Nullable String handle) {
    var source =
        new Source.Remote(
            URI.create("https://weather.example/" + version),
            HttpTransport.STREAMABLE,
            Map.of("X-Unit", "a=b\\c", "Authorization", "Bearer ${secret:key}"),
            new Authorization(
                Grant.CLIENT_CREDENTIALS,
                URI.create("https://issuer.example"),
                null,
                "client",
                "${secret:other}",
                ClientAuthentication.CLIENT_SECRET_POST,
                List.of("read", "write"),
                URI.create("https://weather.example"),
                null,
                null));
    var terms = new Terms(Duration.ofSeconds(7), "eu", Map.of("delete_all", Risk.L3));
    return new ServerDraft(
        name,
        new ServerVersion(version),
        handle,
        "Weather",
        "Tells the weather",
        "ops",
        source,
        terms,
        "{\"name\":\"" + name + "\"}");
  }

  private Published publish(TenantId tenant, ServerName name, String version) throws Exception {
    return desk.publish(tenant, draft(name, version, null), soon());
  }

  private static Status status(Lifecycle lifecycle, String message) {
    return new Status(lifecycle, message, Instant.parse("2026-11-21T00:00:00Z"));
  }

  private static List<String> inForce(ServerRegistry registry, TenantId tenant) {
    return registry.of(tenant).servers().stream()
        .map(each -> each.name() + " " + each.version())
        .toList();
  }

  @Test
  void whatWasPublishedIsInForceHereAtOnceAndElsewhereWithTheNextLook() throws Exception {
    var elsewhere = looking();
    assertThat(publish(ACME, WEATHER, "1.0.0")).isInstanceOf(Published.Done.class);
    assertThat(inForce(elsewhere, ACME)).isEmpty();
    elsewhere.look();
    for (var each : List.of(servers, elsewhere, looking())) {
      var draft = draft(WEATHER, "1.0.0", null);
      var expected =
          new RegisteredServer(
              WEATHER,
              "1.0.0",
              Lifecycle.ACTIVE,
              "",
              draft.definition().orElseThrow(),
              draft.terms().risks());
      assertThat(each.of(ACME).servers()).containsExactly(expected);
      var http = (ServerDefinition.Http) each.of(ACME).servers().getFirst().definition();
      assertThat(http.name()).isEqualTo("weather");
      assertThat(http.headers()).isEqualTo(((Source.Remote) draft.source()).headers());
      assertThat(http.authorization()).isEqualTo(((Source.Remote) draft.source()).authorization());
    }
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    assertThat(servers.of(GLOBEX)).isEqualTo(ServerRegistry.Servers.EMPTY);
    assertThat(desk.entry(GLOBEX, WEATHER, soon())).isEmpty();
    assertThat(desk.versions(GLOBEX, WEATHER, soon())).isEmpty();
    assertThat(desk.page(GLOBEX, null, 10, soon())).isEmpty();
    assertThat(desk.setStatus(GLOBEX, WEATHER, status(Lifecycle.DELETED, ""), soon()))
        .isEqualTo(new Changed.Unknown());
    assertThat(publish(GLOBEX, WEATHER, "2.0.0")).isInstanceOf(Published.Done.class);
    assertThat(inForce(servers, ACME)).containsExactly("com.acme/weather 1.0.0");
    assertThat(inForce(servers, GLOBEX)).containsExactly("com.acme/weather 2.0.0");
  }

  @Test
  void theNewestSemanticVersionIsInForceWhateverTheOrderOfPublishing() throws Exception {
    publish(ACME, WEATHER, "1.10.0");
    publish(ACME, WEATHER, "1.9.0");
    publish(ACME, WEATHER, "1.10.0-rc.1");
    assertThat(inForce(servers, ACME)).containsExactly("com.acme/weather 1.10.0");
    assertThat(desk.versions(ACME, WEATHER, soon()))
        .extracting(each -> each.draft().version().value())
        .containsExactlyInAnyOrder("1.10.0-rc.1", "1.9.0", "1.10.0");
  }

  @Test
  void aVersionNeverChanges() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    assertThat(publish(ACME, WEATHER, "1.0.0")).isInstanceOf(Published.Duplicate.class);
    var deleted = desk.setStatus(ACME, WEATHER, status(Lifecycle.DELETED, ""), soon());
    assertThat(deleted).isInstanceOf(Changed.Done.class);
    assertThat(publish(ACME, WEATHER, "1.0.0")).isInstanceOf(Published.Duplicate.class);
    assertThat(servers.of(ACME).servers()).isEmpty();
  }

  @Test
  void exactlyOneOfManyWhoPublishAVersionPublishesIt() throws Exception {
    Callable<Published> publish = () -> publish(ACME, WEATHER, "1.0.0");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = 0;
      for (var each : threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> publish).toList())) {
        done += each.get() instanceof Published.Done ? 1 : 0;
      }
      assertThat(done).isEqualTo(1);
    }
    assertThat(inForce(servers, ACME)).containsExactly("com.acme/weather 1.0.0");
  }

  @Test
  void aHandleBelongsToOneServerOfATenantAndStays() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    var other = new ServerName("org.other/weather");
    assertThat(publish(ACME, other, "1.0.0"))
        .isEqualTo(new Published.HandleTaken("weather", WEATHER));
    assertThat(desk.entry(ACME, other, soon())).isEmpty();
    assertThat(desk.publish(ACME, draft(other, "1.0.0", "sky"), soon()))
        .isInstanceOf(Published.Done.class);
    assertThat(desk.publish(ACME, draft(other, "1.1.0", "weather"), soon()))
        .isEqualTo(new Published.HandleFixed("sky"));
    assertThat(desk.publish(ACME, draft(other, "1.1.0", null), soon()))
        .isInstanceOf(Published.Done.class);
    assertThat(servers.of(ACME).servers())
        .extracting(each -> each.definition().name())
        .containsExactly("weather", "sky");
  }

  @Test
  void aDeprecatedVersionStaysInForceAndADeletedOneGivesWayToTheOneBefore() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    publish(ACME, WEATHER, "2.0.0");
    var two = new ServerVersion("2.0.0");
    desk.setStatus(ACME, WEATHER, two, status(Lifecycle.DEPRECATED, "use another"), soon());
    var deprecated = servers.of(ACME).servers().getFirst();
    assertThat(deprecated.lifecycle()).isEqualTo(Lifecycle.DEPRECATED);
    assertThat(deprecated.note()).isEqualTo("use another");
    assertThat(
            desk.setStatus(ACME, WEATHER, two, status(Lifecycle.DEPRECATED, "use another"), soon()))
        .isEqualTo(new Changed.Same());
    desk.setStatus(ACME, WEATHER, two, status(Lifecycle.DELETED, ""), soon());
    assertThat(inForce(servers, ACME)).containsExactly("com.acme/weather 1.0.0");
    desk.setStatus(ACME, WEATHER, status(Lifecycle.DELETED, ""), soon());
    assertThat(servers.of(ACME).servers()).isEmpty();
    assertThat(desk.entry(ACME, WEATHER, soon()).orElseThrow().latest()).isNull();
    desk.setStatus(ACME, WEATHER, two, status(Lifecycle.ACTIVE, ""), soon());
    assertThat(inForce(servers, ACME)).containsExactly("com.acme/weather 2.0.0");
  }

  @Test
  void packagesAreListedAndNotHandedToTheGateway() throws Exception {
    var remote = draft(WEATHER, "1.0.0", null);
    var packages =
        new Source.Packages(
            List.of(
                new Source.PackageReference("npm", "@acme/weather", "1.0.0"),
                new Source.PackageReference("oci", "ghcr.io/acme/weather", "1.0.0")));
    var draft =
        new ServerDraft(
            remote.name(), remote.version(), null, "", "d", "", packages, Terms.DEFAULT, "{}");
    assertThat(desk.publish(ACME, draft, soon())).isInstanceOf(Published.Done.class);
    assertThat(servers.of(ACME).servers()).isEmpty();
    assertThat(
            desk.version(ACME, WEATHER, new ServerVersion("1.0.0"), soon())
                .orElseThrow()
                .draft()
                .source())
        .isEqualTo(packages);
  }

  @Test
  void aListenerHearsOfWhatThereIsAndOfEachChangeOnce() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    var heard = new ArrayList<String>();
    var watch =
        servers.watch((tenant, now) -> heard.add(tenant + " " + now.version() + inForce(now)));
    servers.look();
    publish(ACME, WEATHER, "1.1.0");
    publish(ACME, WEATHER, "1.0.5");
    publish(GLOBEX, WEATHER, "3.0.0");
    watch.close();
    publish(ACME, WEATHER, "1.2.0");
    assertThat(heard).containsExactly("acme 1[1.0.0]", "acme 2[1.1.0]", "globex 1[3.0.0]");
  }

  private static List<String> inForce(ServerRegistry.Servers servers) {
    return servers.servers().stream().map(RegisteredServer::version).toList();
  }

  @Test
  void serversAreReadInPagesInTheOrderOfTheirNames() throws Exception {
    for (int i = 0; i < 5; i++) {
      publish(ACME, new ServerName("com.acme/s" + i), "1.0.0");
    }
    var first = desk.page(ACME, null, 3, soon());
    var second = desk.page(ACME, first.getLast().name(), 3, soon());
    assertThat(first).extracting(each -> each.name().own()).containsExactly("s0", "s1", "s2");
    assertThat(second).extracting(each -> each.name().own()).containsExactly("s3", "s4");
  }

  @Test
  void nothingIsLeftOfATenantThatWasErased() throws Exception {
    publish(ACME, WEATHER, "1.0.0");
    publish(GLOBEX, WEATHER, "1.0.0");
    RegistryErasure.erase(store, ACME, soon());
    RegistryErasure.erase(store, ACME, soon());
    servers.look();
    assertThat(servers.of(ACME).servers()).isEmpty();
    assertThat(desk.page(ACME, null, 10, soon())).isEmpty();
    assertThat(desk.versions(ACME, WEATHER, soon())).isEmpty();
    assertThat(inForce(servers, GLOBEX)).containsExactly("com.acme/weather 1.0.0");
  }

  @Test
  void moreVersionsThanAServerMayHaveAreRefused() throws Exception {
    for (int i = 0; i < ServerDesk.VERSIONS_MAX; i++) {
      assertThat(publish(ACME, WEATHER, "1.0." + i)).isInstanceOf(Published.Done.class);
    }
    assertThat(publish(ACME, WEATHER, "2.0.0"))
        .isEqualTo(new Published.Full("versions", ServerDesk.VERSIONS_MAX));
  }
}
