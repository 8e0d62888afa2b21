package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.parked.Declared;
import io.portolan.gateway.core.parked.Question;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the questions of legacy servers into the results of a modern one. Stateless. */
final class InputRequired {
  private static final Slice NOTHING = Slice.utf8("{}");
  private static final String URLS = Integer.toString(ErrorCode.URL_ELICITATION_REQUIRED.value());

  private InputRequired() {}

  /** The result that asks, as an answer to a request; {@code requests} are JSON. */
  static Payload reply(Slice id, Slice requests, String state) {
    return Replies.result(
        id,
        new JsonWriter()
            .beginObject()
            .member("resultType", "input_required")
            .member("inputRequests", requests)
            .member("requestState", state)
            .endObject()
            .toSlice());
  }

  /** The requests, their params as the server wrote them but for names of the view. */
  static Slice of(List<Question> questions, View view, Server server) {
    var json = new JsonWriter().beginObject();
    for (var question : questions) {
      var mapped = JsonView.of(view.toClient(server, question.request()).apply().join());
      var params = mapped.get("params");
      json.name(question.key())
          .beginObject()
          .member("method", question.request().method())
          .member("params", params == null ? NOTHING : params)
          .endObject();
    }
    return json.endObject().toSlice();
  }

  /**
   * The requests that a legacy server's error stands for, which says that the call will do once its
   * user has been at some URLs; null when it is no such error.
   */
  static @Nullable Slice urls(Message.Answer answer) {
    if (!isUrlsRequired(answer)) {
      return null;
    }
    var data = JsonView.of(((Message.Failure) answer).error()).view("data");
    var all = data == null ? null : data.get("elicitations");
    var json = new JsonWriter().beginObject();
    var number = 0;
    for (var item : all != null && all.isArray() ? JsonList.items(all) : List.<Slice>of()) {
      if (item.isObject()) {
        json.name("q" + ++number)
            .beginObject()
            .member("method", Methods.ELICITATION_CREATE)
            .member("params", item)
            .endObject();
      }
    }
    return number == 0 ? null : json.endObject().toSlice();
  }

  /** Whether a server asks its client something. */
  static boolean isQuestion(Message.Request request) {
    return switch (request.method()) {
      case Methods.ELICITATION_CREATE, Methods.SAMPLING_CREATE_MESSAGE, Methods.ROOTS_LIST -> true;
      default -> false;
    };
  }

  /** Whether a call failed, in one way or the other. */
  static boolean isFailure(Answered answer) {
    return answer.message() instanceof Message.Failure || answer.isToolError();
  }

  /** Whether a legacy server says that its client's user has to go to a URL first. */
  static boolean isUrlsRequired(Message.Answer answer) {
    var code = Bridge.codeOf(answer);
    return code != null && code.is(URLS);
  }

  /** The error for a client whose user cannot be sent to a URL. */
  static Payload missingUrls(Slice id, String server) {
    return missing(id, server, Declared.URL);
  }

  /** The error for a client that did not declare what its call needs. */
  static Payload missing(Slice id, String server, Slice capabilities) {
    var data =
        new JsonWriter().beginObject().member("requiredCapabilities", capabilities).endObject();
    return Replies.error(
        id,
        ErrorCode.MISSING_CLIENT_CAPABILITY,
        "Server '" + server + "' needs a capability that the client did not declare",
        data.toSlice());
  }
}
