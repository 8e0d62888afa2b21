package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.parked.Conversation;
import io.portolan.gateway.core.parked.Mailbox;
import io.portolan.gateway.core.parked.Question;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import java.util.List;

/** How a task is doing, in the terms of the extension. */
sealed interface TaskSeen {
  /** The server is at work. */
  record Working() implements TaskSeen {}

  /** The server waits for answers. */
  record Asking(List<Question> questions) implements TaskSeen {}

  /** The server answered, with a result or an error. */
  record Over(Answered answer) implements TaskSeen {}

  /** The call failed, and needed a capability that the client did not declare. */
  record Lacking(Slice capabilities) implements TaskSeen {}

  /** There is no answer. */
  record Failed(UpstreamFailure failure) implements TaskSeen {}

  /** It was cancelled. */
  record Cancelled() implements TaskSeen {}

  /** What the extension calls it. */
  default String status() {
    return switch (this) {
      case Working _ -> "working";
      case Asking _ -> "input_required";
      case Over(var answer) -> answer.message() instanceof Message.Result ? "completed" : "failed";
      case Lacking _, Failed _ -> "failed";
      case Cancelled _ -> "cancelled";
    };
  }

  /** How a call that its client left is doing now. */
  static TaskSeen now(Conversation call) {
    return switch (call.mailbox().look()) {
      case Mailbox.Seen.Working _ -> new Working();
      case Mailbox.Seen.Asking(var questions) -> new Asking(questions);
      case Mailbox.Seen.Over(Mailbox.End.Failed(UpstreamFailure.Cancelled _)) -> new Cancelled();
      case Mailbox.Seen.Over(Mailbox.End.Failed(var failure)) -> new Failed(failure);
      case Mailbox.Seen.Over(Mailbox.End.Answered(var message, var _)) -> {
        var answer = Answered.of(message);
        var lacking = call.lacking();
        yield lacking != null && InputRequired.isFailure(answer)
            ? new Lacking(lacking)
            : new Over(answer);
      }
    };
  }
}
