package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.admission.ResultRules;
import io.portolan.gateway.core.admission.ScreenedTexts;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * A result in which something is replaced is written and read once more, because the view may have
 * to replace the same texts: URIs, for example. That is rare, and costs nothing where nothing looks.
 */

/** Puts results through the rules and guardrails that are about their requests. Stateless. */
final class Screened {
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);

  private Screened() {}

  /** The answer as it may pass; an error in place of a result that may not. */
  static Answered result(Call call, View view, Message.Request request, Answered answer) {
    var result = answer.result();
    var rules = result == null ? null : view.resultRules(request);
    return result == null || rules == null
        ? answer
        : by(rules, call, request, answer, ResultRules.done(request.method(), result));
  }

  /** The same for the answer to a call that went on as a task, by the rules on tasks. */
  static Answered ofTask(
      Call call, @Nullable ResultRules rules, Message.Request request, Answered answer) {
    var result = answer.result();
    return result == null || rules == null
        ? answer
        : by(rules, call, request, answer, result.object());
  }

  private static Answered by(
      ResultRules rules,
      Call call,
      Message.Request request,
      Answered answer,
      @Nullable Slice done) {
    var message = answer.message();
    var withheld = done == null ? null : rules.withheld(done);
    if (withheld != null) {
      Denials.withheld(call, request, withheld);
      var why = "Not shown: the result of " + request.method() + " is withheld by a rule";
      return read(Replies.error(message.id(), ErrorCode.NOT_ALLOWED, why));
    }
    var screening = rules.screening();
    if (screening == null) {
      return answer;
    }
    var result = Objects.requireNonNull(answer.result()).object();
    var texts = ScreenedTexts.of(screening, result, rules.placeholders());
    var refused = texts.refused();
    if (refused != null) {
      call.withheld(refused.guardrail().isEmpty() ? null : refused.guardrail());
      var why = "Not shown: the result of " + request.method() + " holds " + refused.finding();
      return read(Replies.error(message.id(), ErrorCode.NOT_ALLOWED, why));
    }
    if (!texts.isChanged()) {
      return answer;
    }
    var splice = new Splice(message.bytes());
    texts.into(splice);
    return read(splice.apply());
  }

  private static Answered read(Payload message) {
    try {
      Slice bytes = message.join();
      return Answered.of((Message.Answer) READER.read(bytes));
    } catch (MalformedMessage e) {
      throw new IllegalStateException("a message of our own is malformed", e);
    }
  }
}
