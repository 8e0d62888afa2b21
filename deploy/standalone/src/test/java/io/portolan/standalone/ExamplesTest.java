package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.config.Limits;
import io.portolan.standalone.config.Listen;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../../examples").toAbsolutePath().normalize();

  @TempDir Path data;

  @Test
  void everyMcpJsonIsReadWithoutAMistake() throws IOException {
    try (var files = Files.walk(EXAMPLES)) {
      var found = files.filter(file -> file.endsWith("mcp.json")).toList();
      assertThat(found).isNotEmpty();
      for (var file : found) {
        assertThat(usable(new Flags(null, List.of(file), null, null, null, null)).servers())
            .as(file.toString())
            .isNotEmpty();
      }
    }
  }

  @Test
  void theExampleConfigurationSaysTheDefaults() {
    var config = usable(flags(EXAMPLES.resolve("configuration/portolan.yaml")));
    assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(config.listen()).isEqualTo(Listen.DEFAULT);
    assertThat(config.dataDir()).isEqualTo(EXAMPLES.resolveSibling(".portolan"));
    assertThat(config.servers()).hasSize(1);
  }

  @Test
  void everyFolderSaysWhatToType() throws IOException {
    try (var folders = Files.list(EXAMPLES)) {
      assertThat(folders.filter(Files::isDirectory))
          .isNotEmpty()
          .allSatisfy(
              folder ->
                  assertThat(folder.resolve("README.md")).content().contains("./portolan up"));
    }
  }

  private static Flags flags(Path config) {
    return new Flags(config, List.of(), null, null, null, null);
  }

  private PortolanConfig usable(Flags flags) {
    var outcome = new ConfigLoader(Surroundings.ofProcess(), data).load(flags);
    assertThat(outcome).isInstanceOf(ConfigOutcome.Usable.class);
    return ((ConfigOutcome.Usable) outcome).config();
  }
}
