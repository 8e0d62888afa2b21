package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.guard.Guards;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.List;

/**
 * Puts {@link Pages} on the wire: guards, body, preflights and errors. Every path that is neither
 * MCP's nor the operator's ends here; where there is no page, the reply says where to look.
 * Thread-safe.
 */
final class PageEndpoints {
  private static final System.Logger LOG = System.getLogger(PageEndpoints.class.getName());
  private static final byte[] JSON = ResponseBytes.ascii("Content-Type: application/json\r\n");
  private static final byte[] HTML =
      ResponseBytes.ascii("Content-Type: text/html; charset=utf-8\r\n");
  private static final Payload NOWHERE =
      error(
          "Nothing is here. MCP is at /mcp (all servers) and at /mcp/s/{server} (one server);"
              + " the API at /api/v1, the registry at /v0.1, health at /health/live and"
              + " /health/ready, metrics at /metrics");

  private final Guards guards;
  private final Pages pages;
  private final SignIns signIns;

  PageEndpoints(Guards guards, Pages pages, SignIns signIns) {
    this.guards = guards;
    this.pages = pages;
    this.signIns = signIns;
  }

  /** Handles one request, to its end. */
  void handle(Exchange exchange) {
    var refusal = guards.caller(exchange.headers());
    var always = refusal == null ? Cors.headers(exchange.headers()) : List.<Reply.Header>of();
    var reply = new HttpReply(exchange.connection(), always, exchange.keepsAlive());
    if (refusal == null && !RequestBody.isSmall(exchange.request())) {
      refusal = McpEndpoint.tooLarge(Pages.BODY_BYTES_MAX);
    }
    if (refusal != null) {
      reply.makeLast();
      reply.whole(refusal.status(), List.of(), JSON, error(refusal.message()), exchange.headOnly());
      throw exchange.connection().closeUnread();
    }
    var body = RequestBody.small(exchange.request());
    exchange.connection().bodyRead();
    if (exchange.verb() == Verb.OPTIONS) {
      reply.empty(204, Cors.preflight(exchange.headers()));
    } else {
      answer(exchange, reply, Slice.of(body));
    }
    reply.end();
  }

  private void answer(Exchange exchange, HttpReply reply, Slice body) {
    var tooMany = signIns.refusal(exchange);
    if (tooMany.isPresent()) {
      var why = tooMany.get().refusal();
      var headers = tooMany.get().headers();
      reply.whole(why.status(), headers, JSON, error(why.message()), exchange.headOnly());
      return;
    }
    var method = exchange.headOnly() ? "GET" : exchange.request().prologue().method().text();
    try {
      var page = pages.answer(new Pages.Visit(method, exchange.asked(), body));
      if (page.isPresent()) {
        var found = page.get();
        signIns.answered(exchange, found.status());
        reply.whole(
            found.status(), found.headers(), type(found), found.json(), exchange.headOnly());
      } else {
        reply.whole(404, List.of(), JSON, NOWHERE, exchange.headOnly());
      }
    } catch (InterruptedException _) {
      reply.whole(503, List.of(), JSON, error("The gateway is stopping"), exchange.headOnly());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request to the API failed", e);
      reply.whole(500, List.of(), JSON, error("Internal error"), exchange.headOnly());
    }
  }

  private static byte[] type(Pages.Page page) {
    return switch (page.type()) {
      case JSON -> JSON;
      case HTML -> HTML;
    };
  }

  private static Payload error(String message) {
    return Payload.of(
        new JsonWriter().beginObject().member("error", message).endObject().toSlice());
  }
}
