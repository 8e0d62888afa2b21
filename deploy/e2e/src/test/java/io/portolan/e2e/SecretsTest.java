package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of server definitions, with canaries: no output may ever show one. */
@NeedsDistribution
@SuppressWarnings("NullAway.Init")
class SecretsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String FIRST = "canary-7f3a9c41-first";
  private static final String SECOND = "canary-0be82d17-second";
  private static final String IN_URL = "canary-55d0e6b2-url";

  @TempDir Path dir;
  private RawUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call ->
            Answer.result(
                call,
                "{\"content\":[],\"shown\":\""
                    + (shows(call, FIRST) ? "first" : shows(call, SECOND) ? "second" : "none")
                    + "\"}"));
    // Like many servers, it repeats what it does not accept.
    upstream.override(
        request ->
            isDead(request)
                ? Optional.of(
                    Answer.error(request, 401, -32001, "unknown token " + authorization(request)))
                : Optional.empty());
  }

  @AfterEach
  void stop() {
    Closing.all(upstream);
  }

  private static boolean isDead(Received request) {
    return request.isRequest() && authorization(request).startsWith("Broken");
  }

  private static String authorization(Received request) {
    return request.headers().first("Authorization").orElse("");
  }

  private static boolean shows(Received request, String canary) {
    return authorization(request).equals("Bearer " + canary);
  }

  private GatewayProcess gateway() throws Exception {
    return GatewayProcess.configured(
        dir,
        """
        audit: everybody
        servers:
          raw:
            url: %1$s?key=${secret:in-url}
            headers:
              Authorization: Bearer ${secret:token}
          dead:
            url: %1$s
            headers:
              Authorization: Broken ${secret:token}
          plain:
            url: %1$s
        """
            .formatted(upstream.url()));
  }

  @Test
  void aSecretReachesItsServerWithoutARestartAndNothingElse() throws Exception {
    var said = new ArrayList<String>();
    try (var gateway = gateway()) {
      assertThat(gateway.health("plain").path("status").asString()).isEqualTo("up");
      assertThat(gateway.health("raw").path("status").asString()).isNotEqualTo("up");
      assertThat(gateway.health("raw").toString()).contains("secret", "portolan secret set");

      said.add(set("in-url", IN_URL));
      said.add(set("token", FIRST));
      var client = LegacyClient.open(gateway.endpoint());
      Eventually.isSo("the server is up", PATIENCE, () -> isUp(gateway));
      Eventually.isSo("it is shown the secret", PATIENCE, () -> shown(client).contains("first"));
      Eventually.isSo(
          "the one that refuses it is down and says so",
          PATIENCE,
          () -> gateway.health("dead").toString().contains("unknown token"));

      said.add(set("token", SECOND));
      Eventually.isSo("the new one", PATIENCE, () -> shown(client).contains("second"));
      said.add(portolan(0, "secret", "list"));
      said.add(portolan(0, "secret", "rotate-key"));
      assertThat(portolan(0, "secret", "list")).contains("token", "version 2", "in-url");
      assertThat(portolan(1, "secret", "set", "empty", "--file", file("empty", "").toString()))
          .isEmpty();

      said.add(gateway.get("/health/ready").text());
      said.add(gateway.get("/metrics").text());
      said.add(Files.readString(Path.of("/proc/" + gateway.jvm().pid() + "/cmdline")));
      assertThat(gateway.terminate()).isZero();
      said.addAll(gateway.stdout().lines());
      said.addAll(gateway.stderr().lines());
    }
    try (var gateway = gateway()) {
      Eventually.isSo("it is up after a restart", PATIENCE, () -> isUp(gateway));
      said.add(portolan(0, "secret", "remove", "token"));
      Eventually.isSo("it is down without", PATIENCE, () -> !isUp(gateway));
      assertThat(gateway.terminate()).isZero();
      said.addAll(gateway.stdout().lines());
      said.addAll(gateway.stderr().lines());
    }
    var export = dir.resolve("export.jsonl");
    said.add(portolan(0, "audit", "export", "--out", export.toString()));
    said.add(Files.readString(export));
    said.add(portolan(0, "secret", "list"));
    for (var canary : List.of(FIRST, SECOND, IN_URL)) {
      assertThat(String.join("\n", said)).doesNotContain(canary);
      assertThat(filesWith(canary)).isEmpty();
    }
  }

  private static boolean isUp(GatewayProcess gateway) throws Exception {
    return gateway.health("raw").path("status").asString().equals("up");
  }

  private static String shown(LegacyClient client) throws Exception {
    return new String(client.callTool("raw__play", "{}").result(), StandardCharsets.UTF_8);
  }

  private Path file(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name + ".value"), content);
  }

  /** The file with the value is gone afterwards, so that what is found is the gateway's. */
  private String set(String name, String value) throws Exception {
    var file = file(name, value + "\n");
    try {
      return portolan(0, "secret", "set", name, "--file", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  private List<Path> filesWith(String canary) throws Exception {
    try (var files = Files.walk(dir)) {
      var found = new ArrayList<Path>();
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (content.contains(canary)) {
          found.add(file);
        }
      }
      return found;
    }
  }

  private String portolan(int expected, String... arguments) throws Exception {
    return Commands.run(dir, expected, arguments);
  }
}
