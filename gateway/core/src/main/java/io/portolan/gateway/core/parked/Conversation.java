package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Two sides meet in the Mailbox: a thread of its own talks to the server for as long as the call
 * lasts; the client's requests come and go, each with a thread and a deadline of its own.
 */

/**
 * One call to a server with sessions, which may ask the call's client on the way. It outlives the
 * request that began it: between two rounds it waits for the client. Thread-safe.
 */
public final class Conversation {
  private static final Duration LIFE_MAX = Duration.ofHours(1);
  private static final Duration TELL_MAX = Duration.ofSeconds(5);

  /** What the conversation needs of the request that began it. */
  public interface Beginning {
    /** The request for a link; asked again when the first link's session is lost. */
    OutboundRequest outbound(UpstreamLink link, Cancellation cancellation);

    /** The task of the server's that an answer to that request speaks of; null when none. */
    @Nullable String task(Message.Answer answer);

    /** Lists of the server changed; returns once the catalogue shows it, or soon. */
    void changed(Set<ListKind> kinds) throws InterruptedException;

    /** Tells the server that nobody waits for a request any more. */
    void withdraw(UpstreamLink link, long id, String why, CallContext context)
        throws InterruptedException;
  }

  /** What became of the link. */
  private enum Ending {
    ANSWERED,
    LOST,
    UNCERTAIN
  }

  private final Server server;
  private final Declared declared;
  private final CallContext first;
  private final CallContext context;
  private final String logLevel;
  private final Mailbox mailbox;
  private final KeptBytes kept;
  private final int requestBytes;
  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable UpstreamFailure givenUp;
  private volatile @Nullable Slice lacking;
  private volatile @Nullable UpstreamLink link;
  private @Nullable String task; // of the thread that talks to the server: its task for the call

  /**
   * A call that has not begun.
   *
   * @param first the context of the request that begins it; a link is opened within its deadline
   * @param logLevel the least severe messages that the client wants; empty for none
   * @param requestBytes the size of that request, which is held as long as the call lasts
   */
  public Conversation(
      Server server,
      Declared declared,
      CallContext first,
      String logLevel,
      int requestBytes,
      KeptBytes kept) {
    this.server = server;
    this.declared = declared;
    this.first = first;
    this.context = new CallContext(first.principal(), Deadline.in(LIFE_MAX), first.trace());
    this.logLevel = logLevel;
    this.requestBytes = requestBytes;
    this.kept = kept;
    this.mailbox = new Mailbox(kept);
  }

  /** The server that is called. */
  public Server server() {
    return server;
  }

  /** Who calls. */
  public CallContext context() {
    return context;
  }

  /** What its client can be asked. */
  public Declared declared() {
    return declared;
  }

  /** What comes from the server. */
  public Mailbox mailbox() {
    return mailbox;
  }

  /** A capability that the server needed and the client did not declare; null when none. */
  public @Nullable Slice lacking() {
    return lacking;
  }

  /** Takes room for what waits with the call; false when there is none. */
  boolean takeRoom() {
    return kept.take(requestBytes);
  }

  void giveRoomBack() {
    kept.giveBack(requestBytes);
  }

  /**
   * Calls the server, on a thread of its own.
   *
   * @param over run when the server is called no more
   */
  public void begin(Beginning beginning, AskableLinks links, Runnable over) {
    Thread.ofVirtual()
        .name("call-" + server.name())
        .start(
            () -> {
              run(beginning, links);
              over.run();
            });
  }

  /** Gives the call up, also towards the server; of no effect on a call that is over. */
  public void giveUp(UpstreamFailure why) {
    if (mailbox.end(new Mailbox.End.Failed(why))) {
      givenUp = why;
      cancellation.cancel();
    }
  }

  private void run(Beginning beginning, AskableLinks links) {
    try {
      if (!attempt(beginning, links)) {
        var _ = attempt(beginning, links);
      }
    } catch (UpstreamUnavailable e) {
      var _ = mailbox.end(new Mailbox.End.Failed(e.failure()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      var _ =
          mailbox.end(
              new Mailbox.End.Failed(
                  new UpstreamFailure.BrokenOff("the call was interrupted", true)));
    }
  }

  /** One attempt in one session; false when that was lost before the server did anything. */
  private boolean attempt(Beginning beginning, AskableLinks links)
      throws UpstreamUnavailable, InterruptedException {
    var lease = links.lease(first.principal(), server, declared, first.deadline());
    var ending = Ending.UNCERTAIN;
    try {
      link = lease.link().link();
      lease.link().serve(message -> received(message, beginning));
      if (!logLevel.isEmpty()) {
        lease.link().logLevel(logLevel, first);
      }
      var outbound = beginning.outbound(lease.link().link(), cancellation);
      var answer = lease.link().link().request(outbound, context);
      if (answer instanceof Answer.Failed(UpstreamFailure.SessionLost lost)) {
        ending = Ending.LOST;
        var isFirst = mailbox.lostOnce();
        if (!isFirst) {
          var _ = mailbox.end(new Mailbox.End.Failed(lost));
        }
        return !isFirst;
      }
      var failure = read(answer, beginning, lease.link().link());
      if (failure == null) {
        for (var id : mailbox.unanswered()) {
          refuse(lease.link().link(), id, ErrorCode.INVALID_REQUEST, "The call is over");
        }
        ending = Ending.ANSWERED;
      } else {
        withdraw(beginning, lease.link().link(), outbound.id(), failure);
      }
      return true;
    } finally {
      switch (ending) {
        case ANSWERED -> lease.giveBack();
        case LOST -> lease.lost();
        case UNCERTAIN -> lease.discard();
      }
    }
  }

  /** Reads to the end; what went wrong, or null when the answer came. */
  private @Nullable UpstreamFailure read(Answer answer, Beginning beginning, UpstreamLink at)
      throws InterruptedException {
    var failure =
        switch (answer) {
          case Answer.Whole(var message, var status) -> answered(message, status, beginning, at);
          case Answer.Accepted _ ->
              new UpstreamFailure.BadAnswer("a request was answered with 202");
          case Answer.Failed(var why) -> why;
          case Answer.Streamed(var stream) -> read(stream, beginning, at);
        };
    if (failure != null) {
      var known = givenUp;
      failure = known != null ? known : failure;
      var _ = mailbox.end(new Mailbox.End.Failed(failure));
    }
    return failure;
  }

  private @Nullable UpstreamFailure answered(
      Message.Answer message, int status, Beginning beginning, UpstreamLink at)
      throws InterruptedException {
    var found = task == null ? beginning.task(message) : null;
    if (found == null) {
      var _ = mailbox.end(new Mailbox.End.Answered(message, status));
      return null;
    }
    task = found;
    return read(at.request(resultOf(at, found), context), beginning, at);
  }

  private OutboundRequest resultOf(UpstreamLink at, String taskId) {
    var own = aboutTask(at, Methods.TASKS_RESULT, taskId);
    return new OutboundRequest(
        own.id(), own.message(), own.splice(), own.method(), taskId, List.of(), cancellation);
  }

  private static OutboundRequest aboutTask(UpstreamLink at, String method, String taskId) {
    var params = new JsonWriter().beginObject().member("taskId", taskId).endObject().toSlice();
    return OutboundRequest.own(at.nextId(), method, params);
  }

  private @Nullable UpstreamFailure read(MessageStream stream, Beginning beginning, UpstreamLink at)
      throws InterruptedException {
    try (stream) {
      while (true) {
        switch (stream.next()) {
          case MessageStream.Received(Message.Answer message) -> {
            return answered(message, 200, beginning, at);
          }
          case MessageStream.Received(Message.Call message) -> received(message, beginning);
          case MessageStream.Paused _ -> {
            // The transport comes back to the server by itself.
          }
          case MessageStream.Ended _ -> {
            return new UpstreamFailure.BrokenOff("stream ended without an answer", true);
          }
          case MessageStream.Broken(var failure) -> {
            return failure;
          }
        }
      }
    }
  }

  private void withdraw(Beginning beginning, UpstreamLink at, long id, UpstreamFailure failure)
      throws InterruptedException {
    var why =
        switch (failure) {
          case UpstreamFailure.TimedOut(var _, var sent) when sent -> "deadline passed";
          case UpstreamFailure.Cancelled _ -> "the client has gone";
          case UpstreamFailure.Barred _ -> "the caller is let in no more";
          default -> "";
        };
    if (!why.isEmpty() && task != null) {
      cancelTask(at, task);
    } else if (!why.isEmpty()) {
      beginning.withdraw(at, id, why, briefly());
    }
  }

  /** What became a task is not cancelled by a notification. */
  private void cancelTask(UpstreamLink at, String taskId) throws InterruptedException {
    var request = aboutTask(at, Methods.TASKS_CANCEL, taskId);
    if (at.request(request, briefly()) instanceof Answer.Streamed(var stream)) {
      stream.close();
    }
  }

  private CallContext briefly() {
    return new CallContext(context.principal(), Deadline.in(TELL_MAX), context.trace());
  }

  // ---- what the server says

  private void received(Message.Call message, Beginning beginning) throws InterruptedException {
    switch (message) {
      case Message.Request request -> asked(request);
      case Message.Notification note -> {
        var changed = ListKind.changedBy(note.method());
        if (!changed.isEmpty()) {
          beginning.changed(changed);
          return;
        }
        switch (note.method()) {
          case Methods.CANCELLED -> {
            var params = note.params();
            var id = params == null ? null : params.get("requestId");
            if (id != null) {
              mailbox.takenBack(id);
            }
          }
          case Methods.RESOURCES_UPDATED, Methods.ELICITATION_COMPLETE -> {
            // Belongs to no request; the one has a stream of its own, the other is not there.
          }
          default -> mailbox.noted(note);
        }
      }
    }
  }

  private void asked(Message.Request request) throws InterruptedException {
    var at = link;
    if (at == null) {
      return;
    }
    switch (request.method()) {
      case Methods.PING -> {
        var _ = at.send(UpstreamAnswers.nothing(request.id()), briefly());
      }
      case Methods.ELICITATION_CREATE, Methods.SAMPLING_CREATE_MESSAGE, Methods.ROOTS_LIST -> {
        var missing = declared.missing(request);
        if (missing != null) {
          lacking = missing;
          refuse(
              at,
              request.id(),
              declared.takes(request.method())
                  ? ErrorCode.INVALID_PARAMS
                  : ErrorCode.METHOD_NOT_FOUND,
              "The client did not declare " + missing.text());
        } else if (!mailbox.asked(request)) {
          refuse(
              at,
              request.id(),
              ErrorCode.OVERLOADED,
              "Too much of this client waits for an answer");
        }
      }
      default ->
          refuse(
              at,
              request.id(),
              ErrorCode.METHOD_NOT_FOUND,
              "Method not found: the client takes no " + request.method());
    }
  }

  private void refuse(UpstreamLink at, Slice id, ErrorCode code, String why)
      throws InterruptedException {
    var _ = at.send(UpstreamAnswers.error(id, code, why), briefly());
  }

  // ---- what the client says

  /**
   * Sends the server what its client answered; what is not answered is asked again.
   *
   * @param responses by key; each is an object
   * @return what went wrong on the way to the server; null when nothing
   */
  public @Nullable UpstreamFailure answer(Map<String, Slice> responses, CallContext round)
      throws InterruptedException {
    var at = link;
    for (var response : responses.entrySet()) {
      var question = mailbox.answered(response.getKey());
      if (question != null && at != null) {
        var failure = at.send(payload(question.id(), response.getValue()), round);
        if (failure != null) {
          return failure;
        }
      }
    }
    return null;
  }

  /** A lone member {@code error} says that the client could not answer. */
  private static Payload payload(Slice id, Slice response) {
    var members = JsonView.of(response);
    var error = members.size() == 1 ? members.view("error") : null;
    return error != null && error.get("code") != null
        ? UpstreamAnswers.of(id, "error", error.object())
        : UpstreamAnswers.of(id, "result", response);
  }
}
