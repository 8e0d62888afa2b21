package io.portolan.tenancy.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code portolan store ... --cassandra}, as an operator runs it: the built distribution. */
record StoreCommandLine(InetSocketAddress node, String keyspace) {
  record Ended(int exitCode, String output) {}

  Ended run(String command) throws IOException, InterruptedException {
    var libraries = Path.of(System.getProperty("portolan.distribution"), "lib");
    assertThat(libraries).as("the built distribution").isDirectory();
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    libraries + "/*",
                    "io.portolan.standalone.Main",
                    "store",
                    command,
                    "--cassandra=" + node.getHostString() + ":" + node.getPort(),
                    "--datacenter=dc1",
                    "--replicas=dc1=1",
                    "--keyspace=" + keyspace))
            .redirectErrorStream(true)
            .start();
    try (var out = process.getInputStream()) {
      var output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return new Ended(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }
}
