package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.sessionless.InputRequests.Question;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the client on behalf of one call: writes what it is sent, and why the call fails when that
 * leads to nothing. Used by the call's thread.
 */
final class Asking {
  private final SessionlessLink link;
  private final Slice callId;
  private final Questions questions = new Questions();
  private final List<String> visited = new ArrayList<>(0); // elicitation ids of addresses

  Asking(SessionlessLink link, long callId) {
    this.link = link;
    this.callId = Slice.utf8(Long.toString(callId));
  }

  /** What is open, and the wait for it. */
  Questions questions() {
    return questions;
  }

  /** Why the client cannot be asked something; null when it can. */
  Message.@Nullable Failure undeclared(Question question) {
    return question.isDeclared(link.client())
        ? null
        : failure(
            ErrorCode.INVALID_REQUEST,
            "asks for "
                + question.method()
                + (question.isUrl() ? " (url)" : "")
                + ", which the client did not declare at initialize");
  }

  /**
   * A question as the request of a legacy server.
   *
   * @param task the task that it belongs to, as far as the client knows of one; null otherwise
   */
  MessageStream.Next ask(Question question, @Nullable String task) {
    var id = link.ask(questions, question);
    var params = question.params();
    if (question.isUrl()) {
      params = Elicitations.withId(params, link.name() + "-" + id);
      visited.add(Elicitations.id(params));
    }
    if (task != null) {
      params = TaskJson.related(params, task);
    }
    return new MessageStream.Received(OwnMessages.request(id, question.method(), params));
  }

  /** Another round begins: of the one before nothing is left to tell. */
  void begin() {
    visited.clear();
  }

  /** What was to be done at the addresses that the user was sent to last is done. */
  List<MessageStream.Next> completed() {
    var told = new ArrayList<MessageStream.Next>(visited.size());
    for (var id : visited) {
      var params = new JsonWriter().beginObject().member("elicitationId", id).endObject();
      told.add(notification(Methods.ELICITATION_COMPLETE, params.toSlice()));
    }
    visited.clear();
    return told;
  }

  /** What is open is asked no longer. */
  List<MessageStream.Next> takeBack(String reason) {
    var told = new ArrayList<MessageStream.Next>(0);
    for (var id : questions.takeBack()) {
      link.forget(id);
      var params =
          new JsonWriter()
              .beginObject()
              .member("requestId", id)
              .member("reason", reason)
              .endObject();
      told.add(notification(Methods.CANCELLED, params.toSlice()));
    }
    return told;
  }

  private static MessageStream.Next notification(String method, Slice params) {
    return new MessageStream.Received(OwnMessages.notification(method, params));
  }

  /** The end of a call whose client answered a question with an error. */
  Message.Failure refused(Questions.Outcome.Refused refused) {
    var data =
        new JsonWriter()
            .beginObject()
            .member("server", link.name())
            .member("method", refused.method())
            .member("error", refused.error())
            .endObject()
            .toSlice();
    return OwnMessages.failure(
        callId,
        ErrorCode.INPUT_REFUSED,
        named("needs " + refused.method() + " answered, and the client answered with an error"),
        data);
  }

  /** The end of a call for a reason of the gateway's own. */
  Message.Failure failure(ErrorCode code, String what) {
    return OwnMessages.failure(callId, code, named(what));
  }

  private String named(String what) {
    return "Server '" + link.name() + "' " + what;
  }

  /** Nobody waits for the call any more. */
  void close() {
    questions.giveUp();
    questions.takeBack().forEach(link::forget);
  }
}
