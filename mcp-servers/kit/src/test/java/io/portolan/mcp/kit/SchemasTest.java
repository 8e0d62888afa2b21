package io.portolan.mcp.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemasTest {
  private enum Colour {
    RED,
    GREEN
  }

  private record Inner(int depth) {}

  private record Arguments(
      @Describe("Where") @Mirrored("Region") String region,
      @Nullable Integer priority,
      List<String> tags,
      Inner inner,
      Colour colour,
      boolean flag,
      double ratio) {}

  @Test
  void componentsAreRequiredUnlessTheyMayBeNull() {
    var schema = Json.tree(Schemas.of(Arguments.class));
    assertThat(schema.path("type").asString()).isEqualTo("object");
    assertThat(schema.path("required").valueStream().map(node -> node.asString()))
        .containsExactlyInAnyOrder("region", "tags", "inner", "colour", "flag", "ratio");
  }

  @Test
  void annotationsBecomeDescriptionAndMirroredHeader() {
    var region = Json.tree(Schemas.of(Arguments.class)).path("properties").path("region");
    assertThat(region.path("description").asString()).isEqualTo("Where");
    assertThat(region.path("x-mcp-header").asString()).isEqualTo("Region");
    assertThat(region.path("type").asString()).isEqualTo("string");
  }

  @Test
  void typesAreTheOnesOfJson() {
    var properties = Json.tree(Schemas.of(Arguments.class)).path("properties");
    assertThat(properties.path("priority").path("type").asString()).isEqualTo("integer");
    assertThat(properties.path("tags").path("items").path("type").asString()).isEqualTo("string");
    assertThat(properties.path("inner").path("properties").path("depth").path("type").asString())
        .isEqualTo("integer");
    assertThat(properties.path("colour").path("enum").toString()).isEqualTo("[\"RED\",\"GREEN\"]");
    assertThat(properties.path("flag").path("type").asString()).isEqualTo("boolean");
    assertThat(properties.path("ratio").path("type").asString()).isEqualTo("number");
  }

  @Test
  void noArgumentsIsAnObjectWithoutProperties() {
    var schema = Schemas.of(ToolSpec.NoArguments.class);
    assertThat(schema).containsEntry("type", "object").containsKey("properties");
  }
}
