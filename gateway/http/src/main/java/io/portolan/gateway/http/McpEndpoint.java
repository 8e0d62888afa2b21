package io.portolan.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.MemoryBudget;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.connection.EdgeConnection;
import io.portolan.gateway.http.guard.Guards;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The MCP endpoint: guards, caller, body, core, and what is told of it afterwards. Thread-safe. */
final class McpEndpoint {
  private static final System.Logger LOG = System.getLogger(McpEndpoint.class.getName());
  private static final List<Reply.Header> ALLOW =
      List.of(new Reply.Header("Allow", "POST, GET, DELETE, OPTIONS"));
  private static final List<Reply.Header> RETRY = List.of(new Reply.Header("Retry-After", "1"));
  private static final Refusal BROKEN_CHUNKS =
      Refusal.of(400, "The body's chunked encoding is malformed");

  private static final Refusal STOPPING =
      new Refusal(503, ErrorCode.OVERLOADED, "The gateway is stopping; send this elsewhere");

  private final McpGateway gateway;
  private final Guards guards;
  private final Identity identity;
  private final EdgeLimits limits;
  private final Observer observer;
  private final MemoryBudget memory;
  private final LimitCounts counts;
  private final SignIns signIns;
  private final OpenStreams streams;

  /**
   * Who watches the load.
   *
   * @param observer is told of each request
   * @param memory bounds the messages under way
   * @param counts learns which limits were reached
   * @param signIns sends away who guesses
   * @param streams ends those of callers who are let in no more
   */
  record Load(
      Observer observer,
      MemoryBudget memory,
      LimitCounts counts,
      SignIns signIns,
      OpenStreams streams) {}

  McpEndpoint(McpGateway gateway, Guards guards, Identity identity, EdgeLimits limits, Load load) {
    this.gateway = gateway;
    this.guards = guards;
    this.identity = identity;
    this.limits = limits;
    this.observer = load.observer();
    this.memory = load.memory();
    this.counts = load.counts();
    this.signIns = load.signIns();
    this.streams = load.streams();
  }

  /** Handles one request, to its end. */
  void handle(Exchange exchange, Inbound.Route route) {
    var foreign = guards.caller(exchange.headers());
    var always = foreign == null ? Cors.headers(exchange.headers()) : List.<Reply.Header>of();
    var reply = new HttpReply(exchange.connection(), always, exchange.keepsAlive());
    var refusal = foreign == null ? unacceptable(exchange) : foreign;
    if (refusal != null) {
      refuse(exchange, reply, refusal);
    } else if (exchange.verb() == Verb.OPTIONS) {
      preflight(exchange, reply);
    } else {
      admit(exchange, route, reply);
    }
  }

  private void admit(Exchange exchange, Inbound.Route route, HttpReply reply) {
    var asked = exchange.asked();
    switch (found(exchange, asked)) {
      case Identity.Unknown(var why, var headers) -> {
        reply.also(headers);
        refuse(exchange, reply, why);
      }
      case Identity.Known(var caller) -> {
        reply.challenge(scopes -> identity.insufficientScope(asked, scopes));
        var terms = terms(asked.headers(), new Withdrawal(identity, asked, caller));
        var head = Inbound.of(route, caller, terms, asked.headers(), Slice.empty());
        memory.during(() -> relay(exchange, head, reply));
      }
    }
  }

  private Identity.Found found(Exchange exchange, Identity.Asked asked) {
    var tooMany = signIns.refusal(exchange);
    if (tooMany.isPresent()) {
      return tooMany.get();
    }
    try {
      var found = identity.of(asked);
      if (found instanceof Identity.Unknown(var why, var _)) {
        signIns.answered(exchange, why.status());
      }
      return found;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Identity.Unknown(STOPPING, List.of());
    }
  }

  private @Nullable Refusal unacceptable(Exchange exchange) {
    return switch (exchange.verb()) {
      case POST -> guards.post(exchange.headers());
      case GET -> guards.get(exchange.headers());
      case DELETE, OPTIONS -> null;
      case HEAD, OTHER ->
          Refusal.of(
              405,
              "Method "
                  + exchange.request().prologue().method().text()
                  + " is not supported here; expected POST, GET or DELETE");
    };
  }

  private Inbound.Terms terms(RequestHeaders headers, Withdrawal barred) {
    var sent = headers.first(MetaKeys.TRACEPARENT);
    var trace =
        sent == null
            ? TraceContext.start()
            : TraceContext.parse(sent).orElseGet(TraceContext::start);
    return new Inbound.Terms(Deadline.in(limits.callTimeout()), trace, barred);
  }

  private void relay(Exchange exchange, Inbound head, HttpReply reply) {
    byte[] body;
    try {
      body = RequestBody.read(exchange.request());
    } catch (RequestBody.TooLarge _) {
      counts.reached(Limit.REQUEST_BYTES);
      throw cutOff(exchange, reply, tooLarge(limits.bodyBytesMax()));
    } catch (RequestBody.NoMemory _) {
      throw cutOff(exchange, reply, noMemory());
    } catch (RequestBody.Malformed _) {
      throw cutOff(exchange, reply, BROKEN_CHUNKS);
    }
    exchange.connection().bodyRead();
    var inbound = head.with(Slice.of(body));
    var seen = Observer.Seen.of(exchange, inbound);
    var record = call(exchange, inbound, reply);
    var standing = reply.standing();
    if (standing != null) {
      throw stand(exchange.connection(), reply, new Standing(standing, head.barred()), seen);
    }
    observer.ended(seen, record, reply);
    reply.end();
  }

  /** What writes a stream, and tells whether its caller would be kept out by now. */
  private record Standing(Reply.Standing work, BooleanSupplier withdrawn) {}

  /**
   * Lets the stream be written when all of this and of Helidon has returned: there may be tens of
   * thousands of them, and each would hold its request and a deep stack.
   */
  private CloseConnectionException stand(
      EdgeConnection connection, HttpReply reply, Standing standing, Observer.Seen seen) {
    reply.makeLast();
    return connection.goOnWith(
        () -> {
          var record = guarded(connection, reply, seen.context().trace(), standing);
          observer.ended(seen, record, reply);
          reply.end();
        });
  }

  private Refusal noMemory() {
    return new Refusal(
        503,
        ErrorCode.OVERLOADED,
        "No memory is left for this message: the messages under way take up to "
            + memory.bytesMax()
            + " bytes together ("
            + Limit.MEMORY.label()
            + "); retry later");
  }

  static Refusal tooLarge(int bytesMax) {
    return Refusal.of(413, "The body is too large; expected at most " + bytesMax + " bytes");
  }

  private CallRecord call(Exchange exchange, Inbound inbound, HttpReply reply) {
    var trace = inbound.context().trace();
    return isStanding(exchange.verb(), inbound)
        ? guarded(
            exchange.connection(),
            reply,
            trace,
            new Standing(() -> handled(exchange, inbound, reply), inbound.barred()))
        : answered(reply, trace, () -> handled(exchange, inbound, reply));
  }

  private CallRecord handled(Exchange exchange, Inbound inbound, HttpReply reply)
      throws InterruptedException {
    var record =
        switch (exchange.verb()) {
          case POST -> gateway.post(inbound, reply);
          case GET -> gateway.get(inbound, reply);
          case DELETE -> gateway.delete(inbound, reply);
          case OPTIONS, HEAD, OTHER -> throw new IllegalStateException("refused before");
        };
    if (!reply.begun() && reply.standing() == null) {
      throw new IllegalStateException("the request was handled but not replied to");
    }
    return record;
  }

  /** Runs what is to be interrupted when the server drains, or its caller is let in no more. */
  private CallRecord guarded(
      EdgeConnection connection, HttpReply reply, TraceContext trace, Standing standing) {
    connection.standing(Thread.currentThread());
    var stream = streams.add(standing.withdrawn());
    try {
      return answered(reply, trace, standing.work());
    } finally {
      streams.remove(stream);
      connection.standing(null);
      // A drain may have interrupted after the stream had ended by itself.
      var _ = Thread.interrupted();
    }
  }

  private static CallRecord answered(HttpReply reply, TraceContext trace, Reply.Standing work) {
    try {
      return work.write();
    } catch (InterruptedException _) {
      return interrupted(reply);
    } catch (RuntimeException e) {
      return failed(trace.traceId(), reply, e);
    }
  }

  /** Whether this opens a stream that ends only when somebody ends it. */
  private static boolean isStanding(Verb verb, Inbound inbound) {
    return verb == Verb.GET
        || Methods.SUBSCRIPTIONS_LISTEN.equals(inbound.headers().first("Mcp-Method"));
  }

  private static CallRecord interrupted(HttpReply reply) {
    if (!reply.begun()) {
      reply.whole(
          503,
          List.of(),
          JsonRpcError.of(ErrorCode.OVERLOADED, "The gateway is stopping; send this elsewhere"));
    }
    return Observer.record(Outcome.CANCELLED);
  }

  private static CallRecord failed(String trace, HttpReply reply, RuntimeException e) {
    LOG.log(System.Logger.Level.ERROR, "a request failed, trace " + trace, e);
    if (reply.begun()) {
      reply.breakOff();
    } else {
      reply.whole(
          500,
          List.of(),
          JsonRpcError.of(ErrorCode.INTERNAL_ERROR, "Internal error, trace " + trace));
    }
    return Observer.record(Outcome.INTERNAL);
  }

  private static void preflight(Exchange exchange, HttpReply reply) {
    var headers = exchange.headers();
    var allowed = headers.contains(HeaderNames.ORIGIN) ? Cors.preflight(headers) : ALLOW;
    if (!RequestBody.isSmall(exchange.request())) {
      reply.makeLast();
      reply.empty(204, allowed);
      throw exchange.connection().closeUnread();
    }
    RequestBody.discard(exchange.request());
    reply.empty(204, allowed);
    reply.end();
  }

  private void refuse(Exchange exchange, HttpReply reply, Refusal refusal) {
    if (!RequestBody.isSmall(exchange.request())) {
      throw cutOff(exchange, reply, refusal);
    }
    // Read first: then the reply ends the exchange, and the connection goes on.
    RequestBody.discard(exchange.request());
    answer(exchange, reply, refusal);
    reply.end();
  }

  /** Refuses a request whose rest cannot or need not be read: the connection ends with it. */
  private CloseConnectionException cutOff(Exchange exchange, HttpReply reply, Refusal refusal) {
    reply.makeLast();
    answer(exchange, reply, refusal);
    return exchange.connection().closeUnread();
  }

  private void answer(Exchange exchange, HttpReply reply, Refusal refusal) {
    var headers =
        switch (refusal.status()) {
          case 405 -> ALLOW;
          case 503 -> RETRY;
          default -> List.<Reply.Header>of();
        };
    reply.refuse(refusal, headers, exchange.headOnly());
    observer.refused(exchange, reply);
  }
}
