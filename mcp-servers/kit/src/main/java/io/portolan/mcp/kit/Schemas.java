package io.portolan.mcp.kit;

import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import io.portolan.mcp.kit.wire.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (2020-12) generated from records. A component is required unless its type carries
 * {@link Nullable}; {@link Describe} and {@link Mirrored} become {@code description} and {@code
 * x-mcp-header}.
 */
public final class Schemas {
  private static final SchemaGenerator GENERATOR = generator();

  private Schemas() {}

  /** The schema of a record. */
  public static Map<String, Object> of(Class<?> type) {
    var schema = Json.map(GENERATOR.generateSchema(type));
    // A record without components has no members for the generator to write.
    schema.putIfAbsent("properties", Map.of());
    return schema;
  }

  private static SchemaGenerator generator() {
    var config =
        new SchemaGeneratorConfigBuilder(
                Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .without(Option.SCHEMA_VERSION_INDICATOR)
            .with(Option.INLINE_ALL_SCHEMAS);
    config
        .forFields()
        .withRequiredCheck(field -> !nullable(field))
        .withNullableCheck(_ -> false)
        .withDescriptionResolver(Schemas::description)
        .withInstanceAttributeOverride(
            (node, field, _) -> {
              var mirrored = field.getAnnotation(Mirrored.class);
              if (mirrored != null) {
                node.put("x-mcp-header", mirrored.value());
              }
            });
    return new SchemaGenerator(config.build());
  }

  private static boolean nullable(FieldScope field) {
    return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static @Nullable String description(FieldScope field) {
    var describe = field.getAnnotation(Describe.class);
    return describe == null ? null : describe.value();
  }
}
