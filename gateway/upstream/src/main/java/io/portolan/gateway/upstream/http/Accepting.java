package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import org.jspecify.annotations.Nullable;

/** What the answer to a message that needs none means. */
final class Accepting {
  private Accepting() {}

  /** Null when the server took the message, what went wrong otherwise. */
  static @Nullable UpstreamFailure failure(Answer answer) {
    return switch (answer) {
      case Answer.Accepted _ -> null;
      case Answer.Streamed(var stream) -> {
        stream.close();
        yield null;
      }
      case Answer.Whole(Message.Failure failure, var status) ->
          new UpstreamFailure.Refused(status, failure.error().text());
      case Answer.Whole _ -> null;
      // A 200 with nothing in it that could be read says yes as well.
      case Answer.Failed(UpstreamFailure.BadAnswer _) -> null;
      case Answer.Failed(var failure) -> failure;
    };
  }
}
