package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseFrame;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the edge does with what it is told of callers, and with pages beside MCP. */
class IdentityTest {
  private static final Caller ALICE =
      new Caller(
          new Principal(new TenantId("acme"), "alice"),
          "key:1",
          null,
          Set.of("caller"),
          Set.of(),
          Set.of());
  private static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  private final Queue<Identity.Asked> asked = new ConcurrentLinkedQueue<>();
  private final Queue<Pages.Visit> visits = new ConcurrentLinkedQueue<>();
  private final EdgeFixture edge;
  private volatile boolean keptOut;

  IdentityTest() throws Exception {
    edge =
        new EdgeFixture(
            EdgeSettings.at("127.0.0.1", 0),
            new McpHttpServer.Visitors(new OnlyAlice(), this::page));
  }

  private final class OnlyAlice implements Identity {
    @Override
    public Found of(Asked request) {
      asked.add(request);
      return "Bearer alice".equals(request.headers().first("Authorization"))
          ? new Known(ALICE)
          : new Unknown(
              Refusal.of(401, "No token was sent"), challenge("Bearer scope=\"mcp:read\""));
    }

    @Override
    public BooleanSupplier withdrawal(Asked request, Caller caller) {
      return () -> keptOut;
    }

    @Override
    public List<Reply.Header> insufficientScope(Asked request, String scopes) {
      return challenge("Bearer error=\"insufficient_scope\", scope=\"" + scopes + "\"");
    }

    private static List<Reply.Header> challenge(String value) {
      return List.of(new Reply.Header("WWW-Authenticate", value));
    }
  }

  private Optional<Pages.Page> page(Pages.Visit visit) {
    visits.add(visit);
    return visit.asked().path().equals("/api/v1/known")
        ? Optional.of(new Pages.Page(200, List.of(), Payload.of("{\"here\":true}")))
        : Optional.empty();
  }

  @AfterEach
  void close() throws Exception {
    edge.close();
  }

  private static String post(String path, String extraHeader) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Accept: application/json, text/event-stream\r\n"
        + extraHeader
        + "Content-Length: "
        + BODY.length()
        + "\r\n\r\n"
        + BODY;
  }

  @Test
  void whoProvesNothingIsChallengedAndTheCoreHearsNothing() throws Exception {
    var reply = edge.client().exchange(post("/mcp", ""));
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.headers().get("www-authenticate")).isEqualTo("Bearer scope=\"mcp:read\"");
    assertThat(edge.gateway.seen).isEmpty();
    EdgeFixture.await("the line of the log", () -> edge.logText().contains("\"denied\""));
  }

  @Test
  void theCallerReachesTheCoreAsItIs() throws Exception {
    var reply = edge.client().exchange(post("/mcp", "Authorization: Bearer alice\r\n"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(edge.gateway.last().caller()).isEqualTo(ALICE);
    assertThat(edge.gateway.last().context().principal()).isEqualTo(ALICE.principal());
  }

  @Test
  void theIdentityIsAskedWithThePathAndTheQueryAsTheyWereSent() throws Exception {
    edge.client().exchange(post("/mcp/s/a%2Fb?access_token=x", ""));
    assertThat(asked.element().path()).isEqualTo("/mcp/s/a%2Fb");
    assertThat(asked.element().query()).isEqualTo("access_token=x");
  }

  private static String get(String... headers) {
    return "GET /mcp HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  @Test
  void theStreamsOfWhoIsKeptOutByNowAreEndedAndOthersCallsAreNot() throws Exception {
    var streams = new CountDownLatch(2);
    var never = new CountDownLatch(1);
    var ended = new CountDownLatch(2);
    ScriptedGateway.Script stand =
        (_, reply) -> {
          var sink = reply.stream(List.of());
          try {
            sink.write(SseFrame.keepAlive());
            streams.countDown();
            never.await();
            return ScriptedGateway.CALLED;
          } finally {
            sink.close();
            ended.countDown();
          }
        };
    edge.gateway.onGet = stand;
    edge.gateway.onPost =
        (inbound, reply) ->
            "subscriptions/listen".equals(inbound.headers().first("Mcp-Method"))
                ? stand.handle(inbound, reply)
                : ScriptedGateway.echo(inbound, reply);
    var get = get("Accept: text/event-stream", "Authorization: Bearer alice");
    var listen =
        post("/mcp", "Authorization: Bearer alice\r\nMcp-Method: subscriptions/listen\r\n");
    edge.client().send(get);
    edge.client().send(listen);
    assertThat(streams.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(ended.getCount()).isEqualTo(2);
    keptOut = true;
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    var reply = edge.client().exchange(post("/mcp", "Authorization: Bearer alice\r\n"));
    assertThat(reply.status()).as("what has an end is left to it").isEqualTo(200);
  }

  @Test
  void aMissingScopeIsAChallengeWithStatus403() throws Exception {
    edge.gateway.onPost =
        (_, reply) -> {
          reply.insufficientScope("mcp:read mcp:tools:call", Payload.of("{}"));
          return Observer.record(Outcome.DENIED);
        };
    var reply = edge.client().exchange(post("/mcp", "Authorization: Bearer alice\r\n"));
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.headers().get("www-authenticate"))
        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"mcp:read mcp:tools:call\"");
  }

  @Test
  void pagesAreServedBesideMcp() throws Exception {
    var client = edge.client();
    var reply = client.exchange("GET /api/v1/known?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"here\":true}");
    assertThat(visits.element().asked().query()).isEqualTo("x=1");
    var none = client.exchange("GET /.well-known/none HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(none.status()).isEqualTo(404);
  }

  @Test
  void aPageForAForeignHostOrOriginIsRefused() throws Exception {
    var host = "GET /api/v1/known HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assertThat(edge.client().exchange(host).status()).isEqualTo(403);
    var origin =
        "GET /api/v1/known HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n";
    assertThat(edge.client().exchange(origin).status()).isEqualTo(403);
    assertThat(visits).isEmpty();
  }

  @Test
  void aPageTakesABodyUpToItsBoundAndNotOneByteMore() throws Exception {
    var fits = "x".repeat(Pages.BODY_BYTES_MAX);
    var head = "POST /api/v1/known HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
    assertThat(edge.client().exchange(head + fits.length() + "\r\n\r\n" + fits).status())
        .isEqualTo(200);
    assertThat(visits.element().body().length()).isEqualTo(Pages.BODY_BYTES_MAX);
    var more = head + (fits.length() + 1) + "\r\n\r\n";
    var refused = edge.client().exchange(more);
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.body()).startsWith("{\"error\":\"The body is too large; expected at most");
  }
}
