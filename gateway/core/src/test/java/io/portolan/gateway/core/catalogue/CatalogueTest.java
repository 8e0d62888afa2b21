package io.portolan.gateway.core.catalogue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private static Server server(String name, Health health, @Nullable ServerSnapshot snapshot) {
    var upstream = new ScriptedServer(name, Era.LEGACY);
    return new Server(name, Names.schemeKey(name), upstream, health, NOW, "", snapshot);
  }

  private static ServerSnapshot offering(String... tools) {
    var items = new ArrayList<Item>();
    for (var tool : tools) {
      items.add(new Item(tool, Slice.utf8("{\"name\":\"" + tool + "\"}")));
    }
    return ServerSnapshot.empty(new ServerProfile(null, Slice.utf8("{}")))
        .with(ListKind.TOOLS, new Listing(items), null);
  }

  private static List<String> names(Catalogue catalogue) {
    return catalogue.list(ListKind.TOOLS).items().stream().map(Item::key).toList();
  }

  @Test
  void toolsAreInTheOrderOfServersAndOfEachServersList() {
    var servers =
        new ArrayList<>(
            List.of(
                server("b", Health.UP, offering("z", "a")),
                server("c", Health.UP, offering("m")),
                server("a", Health.UP, offering("q"))));
    for (long seed = 0; seed < 10; seed++) {
      Collections.shuffle(servers, new Random(seed));
      assertThat(names(new Catalogue(servers))).containsExactly("a__q", "b__z", "b__a", "c__m");
    }
  }

  @Test
  void aNameLeadsToItsServerAndTheServersOwnName() {
    var catalogue = new Catalogue(List.of(server("a", Health.UP, offering("weird name!", "x"))));
    for (var name : names(catalogue)) {
      assertThat(catalogue.tool(name)).as(name).isNotNull();
    }
    assertThat(requireNonNull(catalogue.tool("a__x")).name()).isEqualTo("x");
    assertThat(requireNonNull(catalogue.tool(Names.qualified("a", "weird name!"))).name())
        .isEqualTo("weird name!");
    assertThat(catalogue.tool("a__y")).isNull();
    assertThat(catalogue.tool("b__x")).isNull();
    assertThat(catalogue.tool("x")).isNull();
    assertThat(catalogue.prompt("a__x")).isNull();
  }

  @Test
  void aTargetHasTheHealthOfItsCatalogue() {
    var before = new Catalogue(List.of(server("a", Health.UP, offering("x"))));
    var snapshot = requireNonNull(before.server("a")).snapshot();
    var after = new Catalogue(List.of(server("a", Health.DOWN, snapshot)), before);
    assertThat(requireNonNull(before.tool("a__x")).server().health()).isEqualTo(Health.UP);
    assertThat(requireNonNull(after.tool("a__x")).server().health()).isEqualTo(Health.DOWN);
    assertThat(requireNonNull(after.resource("a+file:///x")).server().health())
        .isEqualTo(Health.DOWN);
  }

  @Test
  void whatDidNotChangeIsShared() {
    var a = offering("x");
    var b = offering("y");
    var before = new Catalogue(List.of(server("a", Health.UP, a), server("b", Health.UP, b)));
    var sicker =
        new Catalogue(List.of(server("a", Health.DOWN, a), server("b", Health.UP, b)), before);
    assertThat(sicker.list(ListKind.TOOLS)).isSameAs(before.list(ListKind.TOOLS));

    var changed =
        new Catalogue(
            List.of(server("a", Health.UP, a), server("b", Health.UP, offering("z"))), sicker);
    assertThat(names(changed)).containsExactly("a__x", "b__z");
    assertThat(changed.list(ListKind.TOOLS).items().getFirst())
        .isSameAs(before.list(ListKind.TOOLS).items().getFirst());
    assertThat(names(before)).containsExactly("a__x", "b__y");
  }

  @Test
  void aListThatSaysTheSameAgainIsTheSameList() {
    var snapshot = offering("x");
    var again = snapshot.with(ListKind.TOOLS, offering("x").list(ListKind.TOOLS), null);
    assertThat(again.list(ListKind.TOOLS)).isSameAs(snapshot.list(ListKind.TOOLS));
  }

  @Test
  void ofTwoToolsOfOneNameTheFirstIsOffered() {
    var catalogue = new Catalogue(List.of(server("a", Health.UP, offering("x", "x"))));
    assertThat(names(catalogue)).containsExactly("a__x");
  }

  @Test
  void serversThatAreNotUpAreNamedInTrouble() {
    var fine = new Catalogue(List.of(server("a", Health.UP, null)));
    assertThat(fine.serversInTrouble()).isNull();
    var trouble =
        new Catalogue(
            List.of(server("b", Health.DOWN, null), server("a", Health.CONNECTING, null)));
    assertThat(trouble.serversInTrouble())
        .hasToString(
            "{\"a\":{\"status\":\"connecting\",\"since\":\"2026-11-01T00:00:00Z\"},"
                + "\"b\":{\"status\":\"down\",\"since\":\"2026-11-01T00:00:00Z\"}}");
  }

  @Test
  void nobodyCanChangeIt() {
    var catalogue = new Catalogue(List.of(server("a", Health.UP, offering("x"))));
    assertThatThrownBy(() -> catalogue.servers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> catalogue.list(ListKind.TOOLS).items().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
