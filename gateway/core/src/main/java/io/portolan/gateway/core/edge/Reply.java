package io.portolan.gateway.core.edge;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.protocol.Payload;
import java.util.List;

/**
 * Where one request's reply goes. Exactly one of {@link #whole}, {@link #insufficientScope}, {@link
 * #empty} and {@link #stream} is called, once, by the thread that handles the request.
 */
public interface Reply {
  /** A response header. */
  record Header(String name, String value) {}

  /** Replies with a whole JSON body. A client that has gone away is not an error here. */
  void whole(int status, List<Header> headers, Payload json);

  /**
   * Refuses because the caller's proof is not good for this, with status 403 and the edge's
   * challenge to get a better one.
   *
   * @param scopes what to ask for, separated by spaces
   */
  void insufficientScope(String scopes, Payload json);

  /** Replies with a status and no body. */
  void empty(int status, List<Header> headers);

  /** Starts a stream of server-sent events with status 200. */
  EventSink stream(List<Header> headers);

  /** Writes a stream that stands until either side ends it. */
  @FunctionalInterface
  interface Standing {
    /** Writes to the reply and returns once it is complete; what is told of the request. */
    CallRecord write() throws InterruptedException;
  }

  /**
   * Lets a stream that stands for long be written once the callers have returned, so that a thread
   * that mostly waits holds little: {@code standing} should keep only what it needs. It is run on
   * this thread, exactly once, at once or after the handler of the request has returned; what it
   * returns is told of the request then, and what the handler returns is not.
   *
   * @return what to return from the handler
   */
  CallRecord stand(Standing standing) throws InterruptedException;

  /**
   * Cancels {@code cancellation} when the client disconnects before the reply is complete, as soon
   * as that can be seen. For the modern era, where a disconnect is a cancellation. Costs nothing
   * until the call has taken a while.
   */
  void cancelOnDisconnect(Cancellation cancellation);
}
