package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import org.jspecify.annotations.Nullable;

/*
 * "Progress notifications MUST only reference tokens that were provided in an active request": what
 * names another token is the progress of another call that lost its way, or noise. The first is
 * rare and passed on, as the client may know it; of the second there is no end. The stream of a
 * task's result brings the progress of the call that began the task, so there nothing is stray.
 */

/**
 * Counts progress on the stream of a call that is not the call's. A server that sends more than
 * {@link #MAX} of it is ill. Used by one thread.
 */
final class StrayProgress {
  /** Notifications of progress of other calls on one stream, at most. */
  static final int MAX = 1_000;

  private final @Nullable Slice token;
  private final boolean counts;
  private int strays;

  /** On the stream that answers this request. */
  StrayProgress(OutboundRequest request) {
    this(request.progressToken(), !request.method().startsWith("tasks/"));
  }

  private StrayProgress(@Nullable Slice token, boolean counts) {
    this.token = token;
    this.counts = counts;
  }

  /** On a stream of which nobody knows what it may bring. */
  static StrayProgress uncounted() {
    return new StrayProgress(null, false);
  }

  /** Counts a message; whether there are too many. */
  boolean isTooMuch(Message message) {
    return counts
        && message instanceof Message.Notification note
        && note.method().equals(Methods.PROGRESS)
        && !isOfTheCall(note)
        && ++strays > MAX;
  }

  private boolean isOfTheCall(Message.Notification note) {
    var params = note.params();
    var named = params == null ? null : params.get(MetaKeys.PROGRESS_TOKEN);
    return named != null && token != null && named.equals(token);
  }
}
