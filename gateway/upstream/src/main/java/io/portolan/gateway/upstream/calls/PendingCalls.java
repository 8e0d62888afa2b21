package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls under way on one channel, by id. Thread-safe. */
public final class PendingCalls {
  private final ConcurrentHashMap<Long, PendingCall> calls = new ConcurrentHashMap<>();

  /** From now on, what comes for the call reaches it. */
  public void add(PendingCall call) {
    calls.put(call.id(), call);
  }

  /** What comes for the call is dropped from now on. */
  public void remove(PendingCall call) {
    calls.remove(call.id(), call);
  }

  /** The call with this id; null when there is none, or no more. */
  public @Nullable PendingCall get(long id) {
    return calls.get(id);
  }

  /** All calls under way, in no order. */
  public Collection<PendingCall> all() {
    return calls.values();
  }

  /** Ends all calls without an answer. */
  public void failAll(UpstreamFailure failure) {
    for (var call : calls.values()) {
      call.fail(failure);
    }
  }

  /**
   * Gives a message that names a call to it: an answer, progress, or a message of a subscription.
   *
   * @return whether the message names a call, under way or not; others are the caller's to place
   */
  public boolean route(Message message) {
    return switch (message) {
      case Message.Answer answer -> {
        var call = answer.id().isString() ? null : find(answer.id());
        if (call != null) {
          call.receive(answer);
        }
        yield true;
      }
      case Message.Notification note when note.method().equals(Methods.PROGRESS) -> {
        progress(note);
        yield true;
      }
      case Message.Notification note -> subscription(note);
      case Message.Request _ -> false;
    };
  }

  private void progress(Message.Notification note) {
    var params = note.params();
    var token = params == null ? null : params.get(MetaKeys.PROGRESS_TOKEN);
    var call = token == null ? null : find(token);
    if (token != null && call != null && call.token() != null) {
      call.receive(
          notification(
              new Splice(note.bytes()).replace(token, Objects.requireNonNull(call.token()))));
    }
  }

  /** Messages of the modern era's subscriptions carry the id of the request that opened them. */
  private boolean subscription(Message.Notification note) {
    var params = note.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var id = meta == null ? null : meta.get(MetaKeys.SUBSCRIPTION_ID);
    if (id == null) {
      return false;
    }
    var call = find(id);
    if (call != null) {
      call.receive(note);
    }
    return true;
  }

  private static Message.Notification notification(Splice splice) {
    var members = JsonView.of(splice.apply().join());
    return new Message.Notification(
        members.object(), Objects.requireNonNull(members.string("method")), members.view("params"));
  }

  private @Nullable PendingCall find(Slice wireId) {
    var id = number(wireId);
    return id < 0 ? null : calls.get(id);
  }

  /** The id of ours that is written here, also as a string, as some servers do; -1 otherwise. */
  public static long number(Slice wireId) {
    var quotes = wireId.isString() ? 1 : 0;
    var digits = wireId.length() - 2 * quotes;
    if (digits < 1 || digits > 18) {
      return -1;
    }
    var number = 0L;
    for (int i = quotes; i < quotes + digits; i++) {
      var c = wireId.at(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }
}
