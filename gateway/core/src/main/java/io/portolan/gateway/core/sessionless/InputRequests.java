package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a result with {@code resultType} {@code input_required} asks for.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr">MCP
 *     2026-07-28, multi round-trip requests</a>
 */
sealed interface InputRequests {
  /** The most questions a client is asked at a time on behalf of one call. */
  int QUESTIONS_MAX = 32;

  /**
   * Questions, in the server's order.
   *
   * @param state what the retry must repeat, as it is written; null when there is none
   */
  record Asked(List<Question> questions, @Nullable Slice state) implements InputRequests {
    public Asked {
      questions = List.copyOf(questions);
    }
  }

  /** Something else: the text says what, for the server's operator and the caller. */
  record Wrong(String why) implements InputRequests {}

  /**
   * One question.
   *
   * @param key the server's key as it is written, quotes included
   * @param method what a legacy server would have sent as a request
   * @param params its params as they are written; null when there are none
   */
  record Question(Slice key, String method, @Nullable Slice params) {
    /** Whether it is an elicitation that sends the user to an address. */
    boolean isUrl() {
      return method.equals(Methods.ELICITATION_CREATE) && "url".equals(members().string("mode"));
    }

    private JsonView members() {
      return JsonView.of(params == null ? NO_PARAMS : params);
    }

    /** Whether the client said that it can be asked this. */
    boolean isDeclared(SessionOpening client) {
      var declared = JsonView.of(client.capabilities());
      return switch (method) {
        case Methods.ELICITATION_CREATE -> {
          var modes = declared.view("elicitation");
          // An object without members means forms.
          yield modes != null
              && (isUrl()
                  ? modes.get("url") != null
                  : modes.size() == 0 || modes.get("form") != null);
        }
        case Methods.SAMPLING_CREATE_MESSAGE -> {
          var sampling = declared.view("sampling");
          yield sampling != null
              && (members().get("tools") == null || sampling.get("tools") != null);
        }
        case Methods.ROOTS_LIST -> declared.get("roots") != null;
        default -> false;
      };
    }
  }

  Slice NO_PARAMS = Slice.utf8("{}");

  /** Reads a result with {@code inputRequests}, {@code requestState} or both. */
  static InputRequests read(JsonView result) {
    var state = result.get(ModernRequest.REQUEST_STATE);
    if (state != null && !state.isString()) {
      return new Wrong("a requestState that is no string");
    }
    var asked = result.get("inputRequests");
    if (asked == null) {
      return state == null
          ? new Wrong("neither inputRequests nor requestState")
          : new Asked(List.of(), state);
    }
    return asked.isObject()
        ? questions(JsonView.of(asked), state)
        : new Wrong("inputRequests that are no object");
  }

  private static InputRequests questions(JsonView asked, @Nullable Slice state) {
    if (asked.size() > QUESTIONS_MAX) {
      return new Wrong("more than " + QUESTIONS_MAX + " inputRequests at a time");
    }
    if (asked.duplicate() != null) {
      return new Wrong("inputRequests with one key twice");
    }
    var questions = new ArrayList<Question>(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      var request = asked.value(i).isObject() ? JsonView.of(asked.value(i)) : null;
      var method = request == null ? null : request.string("method");
      var params = request == null ? null : request.get("params");
      if (method == null || (params != null && !params.isObject())) {
        return new Wrong("inputRequests that are no requests");
      }
      switch (method) {
        case Methods.ELICITATION_CREATE, Methods.SAMPLING_CREATE_MESSAGE, Methods.ROOTS_LIST -> {}
        default -> {
          return new Wrong("'" + method + "', which is no input request");
        }
      }
      questions.add(new Question(asked.rawName(i), method, params));
    }
    return new Asked(questions, state);
  }
}
