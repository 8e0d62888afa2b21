package io.portolan.gateway.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.RandomJson;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Slice;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FederatedItemTest {
  private static final Server SERVER =
      new Server(
          "maps",
          "maps",
          new ScriptedServer("maps", Era.LEGACY),
          Health.UP,
          Instant.EPOCH,
          "",
          null);

  private static Item federated(ListKind kind, String key, String json) {
    return FederatedItem.of(SERVER, kind, new Item(key, Slice.utf8(json)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void onlyTheNameOfAToolChanges(long seed) {
    var json = new RandomJson(new SplittableRandom(seed));
    for (int i = 0; i < 500; i++) {
      var tool = json.beside(List.of("\"name\": \"@\"", "\"_meta\":{\"ui\":{\"a\":1}}"));
      assertThat(federated(ListKind.TOOLS, "find", tool.replace("\"@\"", "\"find\"")).json().text())
          .isEqualTo(tool.replace("\"@\"", "\"maps__find\""));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void onlyTheUriOfAResourceChanges(long seed) {
    var json = new RandomJson(new SplittableRandom(seed));
    for (int i = 0; i < 500; i++) {
      var resource = json.beside(List.of("\"uri\":\"@\"", "\"name\":\"n\""));
      var item =
          federated(ListKind.RESOURCES, "file:///a", resource.replace("@", "file:\\/\\/\\/a"));
      assertThat(item.json().text()).isEqualTo(resource.replace("@", "maps+file:///a"));
      assertThat(item.key()).isEqualTo("maps+file:///a");
    }
  }

  @Test
  void theUserInterfaceOfAToolIsNamedAsItsResourceIs() {
    var item =
        federated(
            ListKind.TOOLS,
            "t",
            "{\"name\":\"t\",\"_meta\":{\"ui/resourceUri\":\"ui://a\",\"x\":\"ui://b\","
                + "\"ui\":{\"resourceUri\":\"ui://c\",\"visibility\":[\"app\"]}}}");
    assertThat(item.json().text())
        .isEqualTo(
            "{\"name\":\"maps__t\",\"_meta\":{\"ui/resourceUri\":\"ui://maps+a\",\"x\":\"ui://b\","
                + "\"ui\":{\"resourceUri\":\"ui://maps+c\",\"visibility\":[\"app\"]}}}");
  }
}
