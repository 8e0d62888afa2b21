package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Message;

/** How a server answers a request. */
public sealed interface Answer {
  /**
   * One whole message, whose id is the one that was sent.
   *
   * @param status the HTTP status it came with; 200 where there is no HTTP
   */
  record Whole(Message.Answer message, int status) implements Answer {}

  /** Messages that end with the answer. The receiver closes the stream. */
  record Streamed(MessageStream stream) implements Answer {}

  /** The server took the message and answers nothing (202). */
  record Accepted() implements Answer {}

  /** No answer. */
  record Failed(UpstreamFailure failure) implements Answer {}
}
