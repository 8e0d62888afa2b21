package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.http.guard.FailedSignIns;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.Caller;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever guesses credentials is sent away before the next guess is looked at. */
class SignInsTest {
  private static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final int TRIES_MAX = 100_000;

  private final AtomicInteger looked = new AtomicInteger();
  private final EdgeFixture edge;

  SignInsTest() throws Exception {
    edge =
        new EdgeFixture(
            EdgeSettings.at("127.0.0.1", 0),
            new McpHttpServer.Visitors(this::found, visit -> Optional.of(page(visit))));
  }

  private Identity.Found found(Identity.Asked asked) {
    var shown = asked.headers().first("Authorization");
    if (shown != null) {
      looked.incrementAndGet();
    }
    return shown == null || shown.equals("Bearer good")
        ? new Identity.Known(Caller.ANONYMOUS)
        : new Identity.Unknown(Refusal.of(401, "not known"), List.of());
  }

  private static Pages.Page page(Pages.Visit visit) {
    var isGood = "Bearer good".equals(visit.asked().headers().first("Authorization"));
    return new Pages.Page(isGood ? 200 : 401, List.of(), Payload.of("{}"));
  }

  @AfterEach
  void close() throws Exception {
    edge.close();
  }

  private static String post(String credentials) {
    return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Accept: application/json, text/event-stream\r\n"
        + credentials
        + "Content-Length: "
        + BODY.length()
        + "\r\n\r\n"
        + BODY;
  }

  private static String get(String credentials) {
    return "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\n" + credentials + "\r\n";
  }

  /** Sends until it is told to go away; how often it was not. */
  private int guess(RawClient client, String request) throws Exception {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      var reply = client.exchange(request);
      if (reply.status() == 429) {
        assertThat(reply.headers().get("retry-after")).isEqualTo("1");
        assertThat(reply.body()).contains("failed-sign-ins");
        return tries;
      }
      assertThat(reply.status()).isEqualTo(401);
    }
    throw new AssertionError("nobody minds");
  }

  @Test
  void guessesAreNotLookedAtAnyMoreAfterSome() throws Exception {
    var client = edge.client();
    var tries = guess(client, post("Authorization: Bearer bad\r\n"));
    assertThat(tries).isGreaterThanOrEqualTo(FailedSignIns.AT_ONCE);
    assertThat(looked.get()).isEqualTo(tries);
    assertThat(edge.counts.of(Limit.FAILED_SIGN_INS)).isEqualTo(1);
    assertThat(client.exchange(post("")).status()).as("who does not sign in").isEqualTo(200);
  }

  @Test
  void theApiAndTheEndpointCountTogether() throws Exception {
    var client = edge.client();
    var tries = guess(client, get("Authorization: Bearer bad\r\n"));
    assertThat(tries).isGreaterThanOrEqualTo(FailedSignIns.AT_ONCE);
    guess(client, post("Authorization: Bearer bad\r\n"));
    assertThat(looked.get()).as("the endpoint forgets a few meanwhile").isLessThan(TRIES_MAX);
  }

  @Test
  void whoIsKnownMayComeAsOftenAsTheyLike() throws Exception {
    var client = edge.client();
    for (int i = 0; i < 2 * FailedSignIns.AT_ONCE; i++) {
      assertThat(client.exchange(post("Authorization: Bearer good\r\n")).status()).isEqualTo(200);
      assertThat(client.exchange(get("")).status()).as("a challenge").isEqualTo(401);
    }
  }
}
