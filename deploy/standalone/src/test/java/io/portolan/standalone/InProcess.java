package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gateways and commands on one data directory, in the test's process. */
record InProcess(Path folder) {
  Path data() {
    return folder.resolve("data");
  }

  /** Runs a command that must succeed, and returns what it prints. */
  String done(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new StringWriter();
    var line = Main.commandLine(new Assembly(), new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    var all = new ArrayList<>(List.of(arguments[0], arguments[1], "--data-dir", data().toString()));
    all.addAll(Arrays.asList(arguments).subList(2, arguments.length));
    assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  /** Starts a gateway by a {@code portolan.yaml}. */
  RunningGateway gateway(String yaml) throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), "access-log: off\n" + yaml);
    var flags = new Flags(file, List.of(), "127.0.0.1", 0, data(), null);
    var outcome = new ConfigLoader(Surroundings.ofProcess(), data()).load(flags);
    return new Assembly()
        .start(
            ((ConfigOutcome.Usable) outcome).config(),
            new StartupEvents() {
              @Override
              public void listening(URI endpoint) {}

              @Override
              public void tenantsMade(List<TenantId> tenants) {}

              @Override
              public void serverChanged(ServerStatus status) {}

              @Override
              public void ready(List<ServerStatus> servers) {}
            });
  }

  /** The operator, over the management API. */
  Sender administrator(RunningGateway gateway) throws IOException {
    return new Sender(gateway.endpoint(), Files.readString(data().resolve("admin-key")).strip());
  }

  /** Somebody with a bearer token. */
  record Sender(URI endpoint, String bearer) {
    HttpResponse<String> send(String method, String path, String body) throws Exception {
      var request =
          HttpRequest.newBuilder(endpoint.resolve(path))
              .header("Authorization", "Bearer " + bearer)
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .method(method, BodyPublishers.ofString(body))
              .build();
      try (var client = HttpClient.newHttpClient()) {
        return client.send(request, BodyHandlers.ofString());
      }
    }
  }
}
