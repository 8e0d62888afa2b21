package io.portolan.registry.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.registry.Lifecycle;
import io.portolan.registry.OpenApiTerms;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Status;
import io.portolan.registry.Terms;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvertedTest {
  private static final Source.Remote DOCUMENT =
      new Source.Remote(
          URI.create("https://pets.example/openapi.json"),
          HttpTransport.DETECT,
          Map.of("X-Team", "blue"),
          null);

  private static ServerDraft draft(OpenApiTerms terms) {
    return new ServerDraft(
        new ServerName("com.acme/pets"),
        new ServerVersion("1.0.0"),
        "pets",
        "",
        "Pets",
        "",
        new Source.Converted(DOCUMENT, terms),
        Terms.DEFAULT,
        "{}");
  }

  @Test
  void whatIsWrittenIsRead() {
    var all =
        new OpenApiTerms(
            null,
            URI.create("https://eu.pets.example/v2"),
            List.of("tag:a=b", "path:/x/*"),
            List.of("drop"),
            Map.of("key", "${secret:pets}", "a=b", "${secret:other}"));
    for (var terms : List.of(OpenApiTerms.DEFAULT, all)) {
      var draft = draft(terms);
      var status = new Status(Lifecycle.ACTIVE, "", Instant.EPOCH);
      var row = RegistryRows.row(draft, "pets", status);
      assertThat(RegistryRows.publication("com.acme/pets", row).draft()).isEqualTo(draft);
      var changed = RegistryRows.with(row, status);
      assertThat(RegistryRows.publication("com.acme/pets", changed).draft()).isEqualTo(draft);
    }
  }

  @Test
  void aGatewayReachesItAsATenantsApi() {
    var definition =
        (ServerDefinition.OpenApi) draft(OpenApiTerms.DEFAULT).definition().orElseThrow();
    assertThat(definition.name()).isEqualTo("pets");
    assertThat(definition.at().namedBy()).isEqualTo(NamedBy.TENANT);
    assertThat(definition.named("other").name()).isEqualTo("other");
  }

  @Test
  void aTenantNamesNoFileAndNoCredentialInPlainWords() {
    var base = URI.create("https://pets.example");
    var file = new OpenApiTerms(Path.of("/etc/passwd"), base, List.of(), List.of(), Map.of());
    assertThatThrownBy(() -> draft(file)).hasMessageContaining("operator's own");
    var plain = new OpenApiTerms(null, null, List.of(), List.of(), Map.of("key", "value"));
    assertThatThrownBy(() -> draft(plain)).hasMessageContaining("portolan secret set");
  }
}
