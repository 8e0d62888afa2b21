package io.portolan.gateway.upstream.http;

import static io.portolan.gateway.upstream.Calling.call;
import static io.portolan.gateway.upstream.Calling.context;
import static io.portolan.gateway.upstream.Calling.failure;
import static io.portolan.gateway.upstream.Calling.received;
import static io.portolan.gateway.upstream.Calling.stream;
import static io.portolan.gateway.upstream.Calling.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class SseSessionsTest {
  private final Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULT);
  private volatile LinkedBlockingQueue<String> toStream = new LinkedBlockingQueue<>();
  private volatile String endpoint = "/messages?session=1";
  private RawServer server;
  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    server = new RawServer(this::serve);
  }

  @AfterEach
  void stop() throws Exception {
    if (upstream != null) {
      upstream.close();
    }
    server.close();
    upstreams.close();
  }

  /** A server of 2024-11-05: a stream by GET, posts elsewhere, answers on the stream. */
  private void serve(RawServer.Peer peer) throws Exception {
    for (var request = peer.read(); request != null; request = peer.read()) {
      if (request.method().equals("GET")) {
        var messages = new LinkedBlockingQueue<String>();
        toStream = messages;
        peer.events();
        peer.chunk("event: endpoint\ndata: " + endpoint + "\n\n");
        for (var message = messages.take(); !message.equals("BREAK"); message = messages.take()) {
          peer.chunk("event: message\ndata: " + message + "\n\n");
        }
        peer.reset();
        return;
      }
      if (!request.line().contains("/messages?session=1")) {
        peer.empty(405);
        continue;
      }
      peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 8\r\n\r\nAccepted");
      answer(request);
    }
  }

  private void answer(RawServer.Request request) {
    var body = request.body();
    if (body.contains("\"method\":\"initialize\"")) {
      toStream.add(result(request, "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{}}"));
    } else if (body.contains("\"name\":\"echo\"")) {
      toStream.add(result(request, "{\"echo\":1}"));
    } else if (body.contains("\"name\":\"progress\"")) {
      toStream.add(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{"
              + "\"progressToken\":"
              + request.id()
              + ",\"progress\":1}}");
      toStream.add(
          "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":{}}");
      toStream.add(result(request, "{}"));
    } else if (body.contains("\"name\":\"break\"")) {
      toStream.add("BREAK");
    } else if (body.contains("\"name\":\"news\"")) {
      toStream.add(result(request, "{}"));
      toStream.add("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
    }
  }

  private static String result(RawServer.Request request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + result + "}";
  }

  private UpstreamLink link(HttpTransport transport) throws Exception {
    upstream =
        upstreams.create(
            new ServerDefinition.Http(
                "old", server.url(), transport, Map.of("X-Key", "k"), Duration.ofSeconds(60)));
    var profile = upstream.probe(Deadline.in(Calling.GENEROUS));
    assertThat(profile.speaks(Era.MODERN)).isFalse();
    return upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
  }

  @Test
  void anOldServerIsDetectedAndCalled() throws Exception {
    var link = link(HttpTransport.DETECT);
    assertThat(link.hello().string("protocolVersion")).isEqualTo("2024-11-05");
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":1}");
    assertThat(server.seen.getLast().header("X-Key")).isEqualTo("k");
  }

  @Test
  void progressAndRequestsComeBeforeTheAnswer() throws Exception {
    var link = link(HttpTransport.SSE);
    var request = call(link, "progress", "{}", "{\"progressToken\":\"t\"}");
    try (var stream = stream(link.request(request, context()))) {
      assertThat(received(stream).bytes().text()).contains("\"progressToken\":\"t\"");
      assertThat(((Message.Request) received(stream)).id().text()).isEqualTo("\"q\"");
      assertThat(
              link.send(Payload.of("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{}}"), context()))
          .isNull();
      assertThat(received(stream)).isInstanceOf(Message.Result.class);
    }
  }

  @Test
  void newsReachesWhoListens() throws Exception {
    var link = link(HttpTransport.SSE);
    var news = link.listen();
    assertThat(text(link.request(call(link, "news"), context()))).isEqualTo("{}");
    assertThat(((Message.Notification) received(news)).method()).contains("list_changed");
    link.close();
    assertThat(news.next()).isInstanceOf(MessageStream.Ended.class);
  }

  @Test
  void aStreamThatBreaksLosesTheSessionAndANewOneCanBeOpened() throws Exception {
    var link = link(HttpTransport.SSE);
    var news = link.listen();
    var failure = failure(link.request(call(link, "break"), context()));
    assertThat(failure).isInstanceOf(UpstreamFailure.BrokenOff.class);
    assertThat(failure.sent()).isTrue();
    assertThat(((MessageStream.Broken) news.next()).failure())
        .isInstanceOf(UpstreamFailure.SessionLost.class);
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOf(UpstreamFailure.SessionLost.class);
    var next = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
    assertThat(text(next.request(call(next, "echo"), context()))).isEqualTo("{\"echo\":1}");
  }

  @Test
  void anEndpointOnAnotherOriginIsRefused() {
    endpoint = "http://127.0.0.1:1/messages";
    upstream =
        upstreams.create(
            new ServerDefinition.Http(
                "old", server.url(), HttpTransport.SSE, Map.of(), Duration.ofSeconds(60)));
    assertThatThrownBy(() -> upstream.probe(Deadline.in(Calling.GENEROUS)))
        .isInstanceOf(UpstreamUnavailable.class)
        .hasMessageContaining("another origin");
  }
}
