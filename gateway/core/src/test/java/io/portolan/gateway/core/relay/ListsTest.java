package io.portolan.gateway.core.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.view.FederatedView;
import io.portolan.gateway.core.view.SingleView;
import io.portolan.gateway.core.view.TestTaskIds;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Slice;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static final Slice INFO = Slice.utf8("{\"name\":\"n\"}");

  private static String legacy(View view, ListKind kind) {
    var page = requireNonNull(Lists.page(requireNonNull(view.list(kind)), null));
    return Lists.legacy(view, kind, page).toString();
  }

  private static String modern(View view, ListKind kind) {
    var page = requireNonNull(Lists.page(requireNonNull(view.list(kind)), null));
    return Lists.modern(view, kind, page, INFO, 5).toString();
  }

  @Test
  void aListHasItsItemsAndWhatItsEraDemands() throws Exception {
    try (var gateway = GatewayFixture.over(new ScriptedServer("a", Era.LEGACY).tools("t"))) {
      var view = new FederatedView(gateway.federation().catalogue(), TestTaskIds.ANYBODY);
      assertThat(legacy(view, ListKind.TOOLS))
          .isEqualTo("{\"tools\":[{\"name\":\"a__t\",\"inputSchema\":{\"type\":\"object\"}}]}");
      assertThat(legacy(view, ListKind.TEMPLATES)).isEqualTo("{\"resourceTemplates\":[]}");
      assertThat(modern(view, ListKind.PROMPTS))
          .isEqualTo(
              "{\"prompts\":[],\"resultType\":\"complete\",\"ttlMs\":5,\"cacheScope\":\"private\","
                  + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"n\"}}}");
    }
  }

  @Test
  void membersBesideTheItemsAreKeptForASingleServer() throws Exception {
    var server = new ScriptedServer("a", Era.LEGACY);
    server.on(
        "tools/list",
        asked -> asked.result("{\"x\":1.0,\"tools\":[],\"ttlMs\":9,\"y\":{\"z\":[]}}"));
    try (var gateway = GatewayFixture.over(server)) {
      var view =
          new SingleView(
              requireNonNull(gateway.federation().catalogue().server("a")), TestTaskIds.ANYBODY);
      assertThat(legacy(view, ListKind.TOOLS))
          .isEqualTo("{\"tools\":[],\"x\":1.0,\"y\":{\"z\":[]}}");
    }
  }

  @Test
  void aServerInTroubleIsNamed() throws Exception {
    try (var gateway = GatewayFixture.over(new ScriptedServer("a", Era.LEGACY).down())) {
      var view = new FederatedView(gateway.federation().catalogue(), TestTaskIds.ANYBODY);
      for (var list : new String[] {legacy(view, ListKind.TOOLS), modern(view, ListKind.TOOLS)}) {
        assertThat(Wire.string(list, "_meta", "io.portolan/servers", "a", "status"))
            .isEqualTo("down");
      }
    }
  }

  @Test
  void aCursorThatIsNoTextIsRefusedAndNoneIsTheFirstPage() throws Exception {
    try (var gateway = GatewayFixture.over(new ScriptedServer("a", Era.LEGACY))) {
      var list = gateway.federation().catalogue().list(ListKind.TOOLS);
      assertThat(Lists.page(list, Wire.view("{\"cursor\":7}"))).isNull();
      assertThat(Lists.page(list, Wire.view("{\"cursor\":null}"))).isNotNull();
      assertThat(Lists.page(list, Wire.view("{}"))).isNotNull();
    }
  }
}
