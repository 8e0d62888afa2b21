package io.portolan.gateway.core.relay;

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
import io.portolan.tenancy.access.Screening;
import org.jspecify.annotations.Nullable;

/*
 * A result in which something is replaced is written and read once more, because the view may have
 * to replace the same texts: URIs, for example. That is rare, and costs nothing where nothing looks.
 */

/** Puts results through the guardrails that are about their requests. Stateless. */
final class Screened {
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);

  private Screened() {}

  /** The answer as it may pass; an error in place of a result that may not. */
  static Answered result(View view, Message.Request request, Answered answer) {
    return answer.result() == null ? answer : result(view.screening(request), request, answer);
  }

  /** The same by a screening that is known. */
  static Answered result(@Nullable Screening screening, Message.Request request, Answered answer) {
    var result = answer.result();
    if (result == null || screening == null) {
      return answer;
    }
    var message = answer.message();
    var texts = ScreenedTexts.of(screening, result.object());
    var refused = texts.refused();
    if (refused != null) {
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
