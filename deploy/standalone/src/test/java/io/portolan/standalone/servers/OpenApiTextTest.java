package io.portolan.standalone.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.OpenApiTerms;
import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.YamlDocument;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiTextTest {
  @TempDir Path folder;

  private final Findings findings = new Findings();

  private List<ServerDefinition> read(String entry) throws IOException {
    var file = folder.resolve("portolan.yaml");
    Files.writeString(file, "servers:\n  pets: " + entry + "\n");
    var surroundings = new Surroundings(Map.of(), folder, folder);
    var servers = new McpJson(surroundings, findings, Duration.ofSeconds(60));
    var root = (Mapping) YamlDocument.read(file, findings).orElseThrow();
    servers.addOwn(file, root.find("servers").orElseThrow());
    return servers.definitions();
  }

  private static ServerDefinition.OpenApi api(List<ServerDefinition> servers) {
    return (ServerDefinition.OpenApi) servers.getFirst();
  }

  @Test
  void anApiIsReadWithAllThatIsSaidOfIt() throws Exception {
    var api =
        api(
            read(
                """
                {openapi: 'https://pets.example/openapi.json?k=${secret:doc}',
                 base-url: 'https://eu.pets.example/v2', headers: {X-Team: blue},
                 credentials: {api_key: '${secret:pets}'}, include: ['tag:pets'],
                 exclude: ['path:/x/*'], timeout: 5s}\
                """
                    .replace("\n", " ")));
    assertThat(findings.problems()).isEmpty();
    assertThat(api.name()).isEqualTo("pets");
    assertThat(api.callTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(api.at().namedBy()).isEqualTo(NamedBy.OPERATOR);
    assertThat(api.at().headers()).isEqualTo(Map.of("X-Team", "blue"));
    assertThat(api.terms())
        .isEqualTo(
            new OpenApiTerms(
                null,
                URI.create("https://eu.pets.example/v2"),
                List.of("tag:pets"),
                List.of("path:/x/*"),
                Map.of("api_key", "${secret:pets}")));
    assertThat(SecretReferences.in(api)).containsExactlyInAnyOrder("doc", "pets");
    var filled =
        (ServerDefinition.OpenApi)
            SecretReferences.filled(api, Map.of("doc", "doc-key", "pets", "the-key"));
    assertThat(filled.at().url().getRawQuery()).isEqualTo("k=doc-key");
    assertThat(filled.terms().credentials()).isEqualTo(Map.of("api_key", "the-key"));
    assertThat(filled.secrets()).containsExactlyInAnyOrder("doc-key", "the-key");
    assertThat(filled.toString()).doesNotContain("the-key", "doc-key");
  }

  @Test
  void aFileIsOfTheFolderOfTheConfiguration() throws Exception {
    var api = api(read("{openapi: api/pets.yaml, base-url: 'http://127.0.0.1:8080/v1'}"));
    assertThat(findings.problems()).isEmpty();
    assertThat(api.terms().file()).isEqualTo(folder.resolve("api/pets.yaml"));
    assertThat(api.at().url()).isEqualTo(URI.create("http://127.0.0.1:8080/v1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{openapi: pets.yaml} | no \"base-url\"",
        "{openapi: 'https://p.example/d', url: 'https://p.example/mcp'} | has \"openapi\" and a URL",
        "{openapi: 'https://p.example/d', command: ls} | has \"openapi\" and a \"command\"",
        "{openapi: 'https://p.example/d', basurl: x} | unknown key \"basurl\"",
        "{openapi: 'ftp://p.example/d'} | has the scheme ftp",
        "{openapi: 'https://p.example/d', base-url: 'https://p.example/?a=b'} | without a user, query",
        "{openapi: 'https://p.example/d', base-url: 'https://${secret:x}/'} | refers to a secret",
        "{openapi: 'https://p.example/d', include: ['']} | a word of include",
        "{openapi: [1]} | \"openapi\" is",
      })
  void mistakesAreFoundWithTheirPlace(String entry, String problem) throws Exception {
    assertThat(read(entry)).isEmpty();
    assertThat(findings.problems())
        .anySatisfy(found -> assertThat(found.toString()).contains(problem));
  }

  @Test
  void anIdesFileHasNoSuchEntry() throws Exception {
    var file = folder.resolve("mcp.json");
    Files.writeString(file, "{\"mcpServers\": {\"a\": {\"openapi\": \"/etc/passwd\"}}}");
    var servers =
        new McpJson(new Surroundings(Map.of(), folder, folder), findings, Duration.ofSeconds(60));
    servers.addFile(file);
    assertThat(servers.definitions()).isEmpty();
    assertThat(findings.problems())
        .anySatisfy(found -> assertThat(found.toString()).contains("neither"));
  }
}
