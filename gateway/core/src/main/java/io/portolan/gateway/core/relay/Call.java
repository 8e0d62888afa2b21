package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.cost.Price;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.SseFrame;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Cost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request while it is handled: what came in, where the reply goes, and what will be told of it
 * afterwards. Used by one thread.
 */
final class Call {
  private final Inbound inbound;
  private final Reply reply;
  private final String era;
  private String method = "";
  private @Nullable String server;
  private @Nullable String tool;
  private @Nullable String session;
  private @Nullable Slice arguments;
  private @Nullable String callId;
  private @Nullable String rule;
  private boolean isApproved;
  private boolean isWithheld;
  private boolean isToGoOn;
  private @Nullable Price price;
  private @Nullable Cost cost;

  Call(Inbound inbound, Reply reply, String era) {
    this.inbound = inbound;
    this.reply = reply;
    this.era = era;
  }

  Inbound inbound() {
    return inbound;
  }

  Reply reply() {
    return reply;
  }

  Call method(String name) {
    method = name;
    return this;
  }

  /** What is asked, and with which arguments. */
  Call asks(Message.Call message) {
    var params = message.params();
    arguments = params == null ? null : params.get("arguments");
    return method(message.method());
  }

  /** What the call costs; null when it costs nothing. */
  void priced(@Nullable Price tool) {
    price = tool;
  }

  /** What the call has cost: the estimate, as long as no answer says more. */
  Cost cost() {
    var known = cost;
    if (known != null) {
      return known;
    }
    return price == null ? Cost.FREE : price.estimate();
  }

  /** Only the start of an id is told: the whole one would let its reader use the session. */
  Call session(String id) {
    session = id.substring(0, Math.min(8, id.length()));
    return this;
  }

  Call to(Server target, @Nullable String name) {
    server = target.name();
    tool = method.equals(Methods.TOOLS_CALL) ? name : null;
    return this;
  }

  /** Which rule decided on it; null where none did. */
  Call by(@Nullable String deciding) {
    rule = deciding;
    return this;
  }

  /** Its result is kept from the caller; by which rule or guardrail, null where none is named. */
  void withheld(@Nullable String deciding) {
    isWithheld = true;
    rule = deciding;
  }

  /** The call's context for a server: it may not take longer than its operator said. */
  CallContext contextFor(Server target) {
    var context = inbound.context();
    var deadline = context.deadline().orIn(target.upstream().definition().callTimeout());
    return new CallContext(context.principal(), deadline, context.trace());
  }

  /** It was recorded, by this id, before it is made. */
  void recorded(String id) {
    callId = id;
  }

  /** Somebody approved of it: whether it is done has to be known. */
  void approved() {
    isApproved = true;
  }

  boolean isApproved() {
    return isApproved;
  }

  /** The answer asks something: nothing is done before the client comes back. */
  void goesOn() {
    isToGoOn = true;
  }

  /** Whether the client was asked to come back with the same request. */
  boolean isToGoOn() {
    return isToGoOn;
  }

  /** What is told of the call. */
  CallRecord record(Outcome outcome) {
    return new CallRecord(
        method,
        server,
        tool,
        session,
        era,
        outcome,
        inbound.context().trace(),
        arguments,
        Cost.FREE,
        callId,
        rule);
  }

  /** Replies with a whole body. */
  CallRecord whole(Payload json, Outcome outcome) {
    reply.whole(200, List.of(), json);
    return record(outcome);
  }

  /** Replies with a stream that brings one message. */
  CallRecord event(Payload json, Outcome outcome) {
    var sink = reply.stream(List.of());
    sink.write(SseFrame.message(null, json));
    sink.close();
    return record(outcome);
  }

  /** Replies with a result of the gateway's own. */
  CallRecord result(Slice id, Slice result) {
    return whole(Replies.result(id, result), Outcome.OK);
  }

  /** Replies with a result of the gateway's own, in pieces that are not copied. */
  CallRecord result(Slice id, Payload result) {
    return whole(Replies.result(id, result), Outcome.OK);
  }

  /** Replies with an error of the gateway's own. */
  CallRecord error(int status, @Nullable Slice id, ErrorCode code, String message) {
    return error(status, Replies.error(id, code, message), outcome(code));
  }

  /** Replies with an error that is written already. */
  CallRecord error(int status, Payload error, Outcome outcome) {
    reply.whole(status, List.of(), error);
    return record(outcome);
  }

  /** Replies that the caller's proof lacks a scope. */
  CallRecord lacks(String scope, @Nullable Message message) {
    var id = message instanceof Message.Request request ? request.id() : null;
    var what = method.isEmpty() ? "This stream" : method;
    reply.insufficientScope(
        Scopes.toAskFor(inbound.caller().scopes(), scope),
        Replies.error(
            id, ErrorCode.INVALID_REQUEST, what + " needs a token with the scope " + scope));
    return record(Outcome.DENIED);
  }

  /** Replies that a server failed the request. */
  CallRecord failed(Slice id, Server failing, UpstreamFailure failure) {
    if (failure instanceof UpstreamFailure.GrantNeeded) {
      goesOn();
    }
    reply.whole(200, Failures.headers(failure), Failures.payload(id, failing.name(), failure));
    return record(Failures.outcome(failure));
  }

  /** Replies that the message was taken. */
  CallRecord accepted() {
    reply.empty(202, List.of());
    return record(Outcome.OK);
  }

  private static Outcome outcome(ErrorCode code) {
    return switch (code) {
      case METHOD_NOT_FOUND, RESOURCE_NOT_FOUND, SESSION_NOT_FOUND -> Outcome.NOT_FOUND;
      case OVERLOADED -> Outcome.OVERLOADED;
      case INTERNAL_ERROR -> Outcome.INTERNAL;
      case UPSTREAM_FAILED -> Outcome.UPSTREAM_BROKEN;
      case UPSTREAM_TIMEOUT -> Outcome.UPSTREAM_TIMEOUT;
      default -> Outcome.BAD_REQUEST;
    };
  }

  /** How an answer of a server counts; what the call cost is read off it. */
  Outcome outcome(Answered answer) {
    if (price != null) {
      cost = price.of(answer.result());
    }
    if (isWithheld) {
      return Outcome.WITHHELD;
    }
    return switch (answer.message()) {
      case Message.Failure _ -> Outcome.RPC_ERROR;
      case Message.Result _ -> answer.isToolError() ? Outcome.TOOL_ERROR : Outcome.OK;
    };
  }
}
