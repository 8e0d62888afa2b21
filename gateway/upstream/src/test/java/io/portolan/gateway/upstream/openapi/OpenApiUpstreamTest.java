package io.portolan.gateway.upstream.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.OpenApiTerms;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.outbound.Resolver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiUpstreamTest {
  private final Api api = new Api();
  private final Api other = new Api();
  private final Upstreams anywhere = upstreams(Set.of("http://127.0.0.1:*"));
  private final Upstreams guarded = upstreams(Set.of());

  OpenApiUpstreamTest() throws IOException {}

  private static Upstreams upstreams(Set<String> origins) {
    var rules = new OutboundRules(Set.of(443), origins, List.of());
    return new Upstreams(
        UpstreamLimits.DEFAULT,
        new OutboundGuard(rules, Resolver.SYSTEM),
        _ -> UpstreamCredentials.NONE);
  }

  @AfterEach
  void close() {
    anywhere.close();
    guarded.close();
    api.close();
    other.close();
  }

  private static String document(Object server) {
    return """
    openapi: 3.0.3
    info: {title: T, version: '1', description: About it.}
    servers: [{url: '%s'}]
    paths:
      /get: {get: {operationId: get, responses: {}}}
      /head: {head: {operationId: head, responses: {}}}
    security: [{key: []}]
    components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
    """
        .formatted(server);
  }

  private static ServerDefinition.OpenApi definition(
      URI at, NamedBy namedBy, @Nullable URI base, @Nullable Path file) {
    var http =
        new ServerDefinition.Http(
            "t",
            at,
            HttpTransport.DETECT,
            Map.of("X-Secret", "of-the-registration"),
            Duration.ofSeconds(30),
            null,
            Set.of(),
            namedBy);
    return new ServerDefinition.OpenApi(
        http, new OpenApiTerms(file, base, List.of(), List.of(), Map.of("key", "k")));
  }

  private static Deadline soon() {
    return Deadline.in(Calling.GENEROUS);
  }

  private static Answer called(Upstream upstream, String tool) throws Exception {
    var link = upstream.modern();
    return link.request(Calling.call(link, tool), Calling.context());
  }

  private static Answer listed(Upstream upstream) throws Exception {
    var link = upstream.modern();
    var json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}";
    return link.request(Calling.of(link, json, "x"), Calling.context());
  }

  @Test
  void anApiIsAModernServerWithTools() throws Exception {
    api.reply("/d", 200, Map.of(), document("/v1"));
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      var profile = upstream.probe(soon());
      assertThat(profile.speaks(Era.MODERN)).isTrue();
      assertThat(profile.speaks(Era.LEGACY)).isFalse();
      assertThat(profile.hello(Era.MODERN).string("instructions")).isEqualTo("About it.");
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"get\"", "\"name\":\"head\"");
      api.reply("/v1/get", 200, Map.of("Content-Type", "text/plain"), "hello");
      assertThat(Calling.text(called(upstream, "get")))
          .isEqualTo(
              "{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],\"resultType\":\"complete\"}");
      assertThat(api.asked.getLast().header("X-key")).isEqualTo("k");
      assertThat(api.asked.getLast().header("X-secret")).isEqualTo("of-the-registration");
      assertThat(Calling.text(called(upstream, "nothing"))).contains("-32602", "Unknown tool");
    }
  }

  @Test
  void aDocumentIsReadAgainWithItsTagAndOneThatBreaksChangesNothing() throws Exception {
    api.reply("/d", 200, Map.of("ETag", "\"1\""), document("/v1"));
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      upstream.probe(soon());
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"get\"");
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"get\"");
      assertThat(api.count("/d", 200)).isEqualTo(1);
      assertThat(api.count("/d", 304)).isEqualTo(2);

      var renamed = document("/v1").replace("operationId: get", "operationId: fetch");
      api.reply("/d", 200, Map.of("ETag", "\"2\""), renamed);
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"fetch\"");

      api.reply("/d", 200, Map.of("ETag", "\"3\""), "openapi: 9.9");
      assertThat(Calling.text(listed(upstream))).contains("-32603").doesNotContain("9.9");
      api.reply("/v1/get", 200, Map.of(), "still there");
      assertThat(Calling.text(called(upstream, "fetch"))).contains("still there");
    }
  }

  /** CVE-2026-12798: a document must not lead where who named it could not. */
  @Test
  void aDocumentDoesNotLeadInside() throws Exception {
    for (var inside :
        List.of(
            "http://169.254.169.254/latest",
            "https://10.0.0.1/",
            "https://[fd00:ec2::254]/",
            "http://127.0.0.1:1/",
            other.url("/v1"))) {
      api.reply("/d", 200, Map.of(), document(inside));
      try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
        assertThatThrownBy(() -> upstream.probe(soon()))
            .isInstanceOf(UpstreamUnavailable.class)
            .hasMessageContaining("it sends calls to a server that is refused");
      }
    }
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.TENANT, null, null))) {
      var before = api.asked.size();
      assertThatThrownBy(() -> upstream.probe(soon())).isInstanceOf(UpstreamUnavailable.class);
      assertThat(api.asked).hasSize(before);
    }
    assertThat(other.asked).isEmpty();
  }

  @Test
  void noRedirectLeadsInside() throws Exception {
    other.reply("/d", 200, Map.of(), document("/v1"));
    api.reply("/d", 302, Map.of("Location", other.url("/d").toString()), "");
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      assertThatThrownBy(() -> upstream.probe(soon())).isInstanceOf(UpstreamUnavailable.class);
    }
    assertThat(other.asked).isEmpty();
    try (var upstream = anywhere.create(definition(api.url("/d"), NamedBy.TENANT, null, null))) {
      upstream.probe(soon());
    }
    assertThat(other.asked).hasSize(1);
    assertThat(other.asked.getFirst().headers()).doesNotContainKeys("X-secret", "X-key");
  }

  @Test
  void asManyRedirectsAsTheLimitAndNotOneMore() throws Exception {
    for (int i = 0; i < 7; i++) {
      api.reply("/r" + i, 307, Map.of("Location", "/r" + (i + 1)), "");
    }
    api.reply("/r7", 200, Map.of(), document("/v1"));
    try (var upstream = anywhere.create(definition(api.url("/r2"), NamedBy.TENANT, null, null))) {
      upstream.probe(soon());
    }
    try (var upstream = anywhere.create(definition(api.url("/r1"), NamedBy.TENANT, null, null))) {
      assertThatThrownBy(() -> upstream.probe(soon()))
          .hasMessageContaining("more than 5 redirects");
    }
  }

  @Test
  void credentialsGoToOriginsThatTheRegistrationNames() throws Exception {
    api.reply("/d", 200, Map.of(), document(other.url("/v1")));
    other.reply("/v1/get", 200, Map.of(), "here");
    try (var upstream = anywhere.create(definition(api.url("/d"), NamedBy.TENANT, null, null))) {
      upstream.probe(soon());
      assertThat(upstream.notes()).anyMatch(note -> note.contains("without headers"));
      assertThat(Calling.text(called(upstream, "get"))).contains("here");
      assertThat(other.asked.getLast().headers()).doesNotContainKeys("X-secret", "X-key");
    }
    var base = other.url("/v1");
    try (var upstream = anywhere.create(definition(api.url("/d"), NamedBy.TENANT, base, null))) {
      upstream.probe(soon());
      assertThat(Calling.text(called(upstream, "get"))).contains("here");
      assertThat(other.asked.getLast().header("X-secret")).isEqualTo("of-the-registration");
      assertThat(other.asked.getLast().header("X-key")).isEqualTo("k");

      other.reply("/v1/get", 302, Map.of("Location", api.url("/away").toString()), "");
      api.reply("/away", 200, Map.of(), "away");
      assertThat(Calling.text(called(upstream, "get"))).contains("away");
      assertThat(api.asked.getLast().headers()).doesNotContainKey("X-key");
    }
  }

  @Test
  void aFileIsReadAgainWhenItHasChanged(@TempDir Path folder) throws Exception {
    var file = folder.resolve("api.yaml");
    Files.writeString(file, document("/ignored"));
    var base = api.url("/v1");
    try (var upstream = guarded.create(definition(base, NamedBy.OPERATOR, base, file))) {
      upstream.probe(soon());
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"get\"");
      Files.writeString(
          file, document("/ignored").replace("operationId: get", "operationId: other"));
      assertThat(Calling.text(listed(upstream))).contains("\"name\":\"other\"");
      Files.delete(file);
      assertThat(Calling.text(listed(upstream))).contains("-32603");
      assertThat(api.asked).isEmpty();
    }
  }

  @Test
  void answersAreBounded() throws Exception {
    api.reply("/d", 200, Map.of(), document("/v1"));
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      upstream.probe(soon());
      var most = "x".repeat(ApiCalls.ANSWER_BYTES_MAX);
      api.reply("/v1/get", 200, Map.of("Content-Type", "text/plain"), most);
      assertThat(Calling.text(called(upstream, "get")).length()).isGreaterThan(most.length());
      api.reply("/v1/get", 200, Map.of("Content-Type", "text/plain"), most + "x");
      assertThat(Calling.failure(called(upstream, "get")))
          .isInstanceOf(UpstreamFailure.BadAnswer.class);
      api.reply("/v1/get", 500, Map.of("Content-Type", "text/plain"), "y".repeat(100_000));
      assertThat(Calling.text(called(upstream, "get")))
          .contains("\"isError\":true", "Status 500, of whose body this is the start")
          .hasSizeBetween(16 << 10, 17 << 10);
    }
  }

  @Test
  void anApiThatAsksForAPauseIsThrottled() throws Exception {
    api.reply("/d", 200, Map.of(), document("/v1"));
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      upstream.probe(soon());
      api.reply("/v1/get", 429, Map.of("Retry-After", "7"), "slow down");
      assertThat(Calling.failure(called(upstream, "get")))
          .isEqualTo(
              new UpstreamFailure.Throttled(
                  Duration.ofSeconds(7), UpstreamFailure.Throttled.Whom.CALLER, "HTTP 429"));
      api.reply("/v1/get", 429, Map.of(), "slow down");
      assertThat(Calling.text(called(upstream, "get"))).contains("Status 429", "slow down");
    }
  }

  @Test
  void behindTheHeadOfAHeadComesNoBody() throws Exception {
    api.reply("/d", 200, Map.of(), document("/v1"));
    try (var upstream = guarded.create(definition(api.url("/d"), NamedBy.OPERATOR, null, null))) {
      upstream.probe(soon());
      api.reply("/v1/head", 200, Map.of("Content-Type", "text/plain"), "never sent");
      assertThat(Calling.text(called(upstream, "head"))).contains("status 200 and no content");
      assertThat(Calling.text(called(upstream, "head"))).contains("status 200 and no content");
    }
  }
}
