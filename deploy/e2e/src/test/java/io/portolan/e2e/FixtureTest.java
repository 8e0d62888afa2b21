package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.e2e.json.JsonMaker;
import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.json.Masked;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.ObjectMapper;

/** The fixtures themselves, with nothing between client and server. */
class FixtureTest {
  @Test
  void randomTextsAreJson() {
    var mapper = new ObjectMapper();
    for (long seed = 0; seed < 500; seed++) {
      var text = new JsonMaker(new SplittableRandom(seed)).value(4);
      assertThat(JsonText.of(text).root().end()).as("seed %d", seed).isPositive();
      assertThat(mapper.readTree(text)).as("seed %d: %s", seed, text).isNotNull();
    }
  }

  @Test
  void valuesAreFoundWhereTheyLie() {
    var text = JsonText.of("{ \"a\\u0062\" : [1, {\"c\": \"x\\\"}\"}] , \"d\":1e400}");
    assertThat(text.text("ab", "1")).isEqualTo("{\"c\": \"x\\\"}\"}");
    assertThat(text.string("ab", "1", "c")).isEqualTo("x\"}");
    assertThat(text.text("d")).isEqualTo("1e400");
    assertThat(text.at("ab", "2")).isEmpty();
  }

  @Test
  void aDifferenceOutsideTheRewrittenValuesIsFound() {
    var allowed = List.<String[]>of(new String[] {"id"});
    Masked.assertSame("x", utf8("{\"id\":1,\"a\":2}"), utf8("{\"id\":\"z\",\"a\":2}"), allowed);
    assertThatThrownBy(
            () ->
                Masked.assertSame(
                    "x", utf8("{\"id\":1,\"a\":2}"), utf8("{\"id\":1,\"a\":2.0}"), allowed))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("altered");
  }

  @ParameterizedTest
  @EnumSource
  void bytesArriveAsTheyWereSent(RawUpstream.Era era) throws Exception {
    try (var upstream = RawUpstream.start(era, Lists.small())) {
      for (long seed = 0; seed < 30; seed++) {
        var maker = new JsonMaker(new SplittableRandom(seed));
        var result = maker.object(3);
        upstream.script(
            call ->
                call.json().text("id").equals("7")
                    ? Answer.result(call, result)
                    : new Answer.Sse(List.of(utf8(Answer.response(call, result)))));
        var arguments = maker.object(3);
        for (var id : List.of("7", "\"s\"")) {
          var answer =
              era == RawUpstream.Era.LEGACY
                  ? LegacyClient.open(upstream.url())
                      .send(
                          utf8(
                              LegacyClient.message(
                                  id,
                                  "tools/call",
                                  "{\"name\":\"play\",\"arguments\":" + arguments + "}")))
                  : call(new ModernClient(upstream.url()), id, arguments);
          assertThat(new String(answer.result(), java.nio.charset.StandardCharsets.UTF_8))
              .isEqualTo(result);
          assertThat(answer.asJson()).isEqualTo(id.equals("7"));
          assertThat(upstream.last("tools/call").json().text("params", "arguments"))
              .isEqualTo(arguments);
        }
      }
      assertThat(upstream.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomExchangesSurviveWithNothingBetween(Exchange.Speaker speaker) throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small())) {
      var legacy = LegacyClient.open(upstream.url());
      var modern = new ModernClient(upstream.url());
      for (long seed = 0; seed < 60; seed++) {
        var exchange = new Exchange(seed, speaker, seed == 0 ? 1 << 20 : 0);
        var sent = new java.util.ArrayList<byte[]>();
        upstream.script(
            request -> {
              sent.addAll(exchange.notifications(request));
              sent.add(exchange.answer(request));
              return new Answer.Sse(List.copyOf(sent));
            });
        upstream.forgetReceived();
        var request = exchange.request("play", modern);
        var answer =
            speaker == Exchange.Speaker.LEGACY ? legacy.send(request) : modern.send(request);
        assertThat(upstream.last("tools/call").body()).isEqualTo(request);
        assertThat(answer.response()).as("seed %d", seed).isEqualTo(sent.getLast());
        assertThat(answer.others()).hasSize(2);
        assertThat(answer.others().getFirst()).isEqualTo(sent.getFirst());
        new ObjectMapper().readTree(request);
        new ObjectMapper().readTree(answer.response());
      }
      assertThat(upstream.complaints()).isEmpty();
    }
  }

  @Test
  void aRestartedServerKnowsNoSessionOfBefore() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small())) {
      var client = LegacyClient.open(upstream.url());
      assertThat(client.call("tools/list", "{}").status()).isEqualTo(200);
      upstream.stop();
      upstream.startAgain();
      assertThat(client.call("tools/list", "{}").status()).isEqualTo(404);
      assertThat(upstream.complaints()).hasSize(1);
    }
  }

  @Test
  void aHeaderThatContradictsTheBodyIsNoticed() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small())) {
      var client = new ModernClient(upstream.url());
      var message = utf8(client.message("1", "tools/call", "\"name\":\"play\",\"arguments\":{}"));
      try (var connection = io.portolan.e2e.wire.HttpConnection.to(upstream.url())) {
        var reply = connection.exchange(client.request(message).with("Mcp-Name", "other"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(upstream.complaints()).hasSize(1);
      }
    }
  }

  @Test
  void membersCanBeInAnyOrder() {
    var maker = new JsonMaker(new SplittableRandom(1));
    var text = JsonText.of(maker.assemble(Map.of("a", "1", "b", "[2]", "c", "{}")));
    assertThat(text.root().members()).hasSize(3);
    assertThat(text.text("b")).isEqualTo("[2]");
  }

  private static io.portolan.e2e.wire.Answered call(
      ModernClient client, String id, String arguments) throws Exception {
    return client.send(
        utf8(client.message(id, "tools/call", "\"name\":\"play\",\"arguments\":" + arguments)));
  }
}
