package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.gateway.upstream.calls.PendingCall;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/*
 * On standard output nothing says whose message it is. What names a call goes to the call. A
 * request goes to the one interactive session that is busy with the child; {@link Seat} made sure
 * that there is only one and that no other principal is beside it. A log line goes to the callers of
 * one principal, and to nobody when there are several. Everything else is news for all who listen.
 */

/** Decides who gets what a shared child says of its own accord. Thread-safe; never blocks. */
final class Placement {
  private static final Duration REPLY_BUDGET = Duration.ofSeconds(5);

  private final Children children;
  private final Set<StdioLink> links;
  private final ReverseRequests reverse;
  private final Subscriptions subscriptions;

  /**
   * @param links the open sessions, kept up to date by their owner
   */
  Placement(
      Children children,
      Set<StdioLink> links,
      ReverseRequests reverse,
      Subscriptions subscriptions) {
    this.children = children;
    this.links = links;
    this.reverse = reverse;
    this.subscriptions = subscriptions;
  }

  void place(Child child, Message message) {
    switch (message) {
      case Message.Request request when request.method().equals(Methods.PING) ->
          tell(child, OwnMessages.result(request.id(), Slice.utf8("{}")));
      case Message.Request request -> request(child, request);
      case Message.Notification note when note.method().equals(Methods.CANCELLED) ->
          cancelled(child, note);
      case Message.Notification note when note.method().equals(Methods.LOG_MESSAGE) ->
          log(child, note);
      case Message.Notification note when note.method().equals(Methods.RESOURCES_UPDATED) ->
          updated(note);
      case Message.Notification note -> tellAll(note);
      case Message.Answer _ -> {}
    }
  }

  private void request(Child child, Message.Request request) {
    var seats = children.seats(child);
    var busy =
        seats.stream()
            .filter(seat -> seat.kind() == Seat.Kind.INTERACTIVE)
            .map(Seat::link)
            .findFirst();
    var link = busy.or(() -> seats.isEmpty() ? onlyListener(request.method()) : Optional.empty());
    if (link.isEmpty() || !link.get().takes(request.method())) {
      reject(child, request);
      return;
    }
    var passed = reverse.register(child, request, link.get());
    var call = passed == null ? null : latest(child, seats, link.get());
    var taken = passed != null && (call == null ? link.get().hear(passed) : call.receive(passed));
    if (!taken) {
      reject(child, request);
    }
  }

  /** Outside of any call, only one session can be meant, or none. */
  private Optional<StdioLink> onlyListener(String method) {
    var able = links.stream().filter(link -> link.takes(method)).limit(2).toList();
    return able.size() == 1 ? Optional.of(able.getFirst()) : Optional.empty();
  }

  private static @org.jspecify.annotations.Nullable PendingCall latest(
      Child child, List<Seat> seats, StdioLink link) {
    return seats.stream()
        .filter(seat -> seat.link() == link)
        .map(seat -> child.calls().get(seat.callId()))
        .filter(java.util.Objects::nonNull)
        .max(Comparator.comparingLong(PendingCall::id))
        .orElse(null);
  }

  private void reject(Child child, Message.Request request) {
    tell(
        child,
        OwnMessages.error(
            request.id(),
            ErrorCode.METHOD_NOT_FOUND.value(),
            "No client is there that takes " + request.method()));
  }

  private void cancelled(Child child, Message.Notification note) {
    var withdrawn = reverse.withdraw(child, note);
    if (withdrawn != null) {
      var call = latest(child, children.seats(child), withdrawn.link());
      var _ =
          call == null
              ? withdrawn.link().hear(withdrawn.message())
              : call.receive(withdrawn.message());
    }
  }

  /** What the gateway asks for itself, such as to be told of changes, wants no log messages. */
  private void log(Child child, Message.Notification note) {
    var all = children.seats(child);
    if (all.isEmpty()) {
      tellAll(note);
      return;
    }
    var seats = all.stream().filter(seat -> !seat.principal().equals(Principal.GATEWAY)).toList();
    if (seats.stream().map(Seat::principal).distinct().count() > 1) {
      return;
    }
    seats.stream()
        .max(
            Comparator.comparing((Seat seat) -> seat.kind() == Seat.Kind.INTERACTIVE)
                .thenComparingLong(Seat::callId))
        .map(seat -> latest(child, seats, seat.link()))
        .ifPresent(call -> call.receive(note));
  }

  private void updated(Message.Notification note) {
    var params = note.params();
    var uri = params == null ? null : params.string("uri");
    if (uri != null) {
      subscriptions.subscribers(uri).forEach(link -> link.hear(note));
    }
  }

  private void tellAll(Message.Notification note) {
    for (var link : links) {
      link.hear(note);
    }
  }

  /** On a thread of its own: a child that does not read must not stop its own reader. */
  private static void tell(Child child, Slice message) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                child.tell(Payload.of(message), Deadline.in(REPLY_BUDGET));
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
