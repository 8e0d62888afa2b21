package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream.Broken;
import io.portolan.gateway.core.upstream.MessageStream.Ended;
import io.portolan.gateway.core.upstream.MessageStream.Paused;
import io.portolan.gateway.core.upstream.MessageStream.Received;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;

/** For the gateway's own questions, where only the answer matters. */
public final class FinalAnswers {
  private FinalAnswers() {}

  /** The answer itself, or the last message of its stream; never a stream. Blocks. */
  public static Answer await(Answer answer) throws InterruptedException {
    if (!(answer instanceof Answer.Streamed(var stream))) {
      return answer;
    }
    try (stream) {
      while (true) {
        switch (stream.next()) {
          case Received(Message.Answer message) -> {
            return new Answer.Whole(message, 200);
          }
          case Received _, Paused _ -> {}
          case Ended _ -> {
            return new Answer.Failed(
                new UpstreamFailure.BrokenOff("the stream ended before the answer", true));
          }
          case Broken(var failure) -> {
            return new Answer.Failed(failure);
          }
        }
      }
    }
  }
}
