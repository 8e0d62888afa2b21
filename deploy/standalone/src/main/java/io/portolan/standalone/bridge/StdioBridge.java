package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * The reading thread never waits for the endpoint: an answer to a question of the server must get
 * through while a call is under way. So each request has a thread of its own; notifications share
 * one, which keeps their order.
 */

/**
 * Joins a client on stdio with an endpoint over HTTP until the client closes its side. Messages
 * keep their bytes. Use once.
 */
public final class StdioBridge {
  private static final System.Logger LOG = System.getLogger(StdioBridge.class.getName());

  private final BridgeOptions options;
  private final ClientLines lines;
  private final ClientOutput out;
  private final HttpEndpoint endpoint;
  private final LegacySession session;
  private final BodyHeaders modernHeaders = new BodyHeaders();
  private final MessageReader reader;
  private final NotificationLane lane = new NotificationLane();
  private final InFlight inFlight;
  private volatile @Nullable Thread listening; // written by the lane's thread only

  /** Joins the streams with the endpoint of the options, once {@link #run} is called. */
  public StdioBridge(BridgeOptions options, InputStream fromClient, OutputStream toClient) {
    this.options = options;
    this.lines = new ClientLines(fromClient, options.messageBytesMax());
    this.out = new ClientOutput(toClient);
    this.endpoint = new HttpEndpoint(options);
    this.session = new LegacySession(endpoint, options.messageBytesMax());
    this.reader = new MessageReader(JsonLimits.OUTBOUND.withBytesMax(options.messageBytesMax()));
    this.inFlight = new InFlight(options.requestsInFlightMax());
  }

  /**
   * Runs until the client closes its side; then lets the requests under way finish, ends the
   * session and returns. An interrupt ends it at once.
   *
   * @throws IOException when reading from the client fails
   */
  public void run() throws IOException, InterruptedException {
    var delivering = Thread.ofVirtual().name("notifications").start(guarded(lane::run));
    try {
      for (var line = lines.next(); line != null; line = lines.next()) {
        switch (line) {
          case ClientLines.Line.Complete(var bytes) -> accept(bytes);
          case ClientLines.Line.TooLong() ->
              out.send(
                  Errors.withoutId(
                      ErrorCode.INVALID_REQUEST,
                      "Message refused: longer than " + options.messageBytesMax() + " bytes"));
        }
      }
      lane.delivered().await(options.finishWithin().toMillis(), TimeUnit.MILLISECONDS);
      inFlight.finish(options.finishWithin());
    } catch (ClientGoneException _) {
      LOG.log(System.Logger.Level.DEBUG, "the client closed both sides");
    } finally {
      end(delivering);
    }
  }

  /** Ends the session now, from another thread: the process is being stopped. */
  public void endSession() {
    var opened = session.current();
    if (opened.hasId()) {
      try {
        endpoint.delete(opened.headers());
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "ending the session failed: {0}", e.toString());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void end(Thread delivering) {
    delivering.interrupt();
    var stream = listening;
    if (stream != null) {
      stream.interrupt();
    }
    endSession();
    endpoint.close();
  }

  private void accept(Slice bytes) throws InterruptedException {
    try {
      switch (reader.read(bytes)) {
        case Message.Request request -> accept(request);
        case Message.Notification notification -> accept(notification);
        case Message.Answer answer -> accept(answer);
      }
    } catch (MalformedMessage e) {
      var id = e.id();
      var reason = String.valueOf(e.getMessage());
      out.send(id == null ? Errors.withoutId(e.code(), reason) : Errors.of(id, e.code(), reason));
    }
  }

  private void accept(Message.Request request) {
    var modern = BodyHeaders.version(request) != null;
    var way = modern ? new ModernWay(endpoint, modernHeaders) : new LegacyWay(endpoint, session);
    var exchange = new Exchange(request, way, out, options.messageBytesMax());
    var opening =
        !modern && request.method().equals(Methods.INITIALIZE)
            ? session.beginOpening(request.bytes())
            : new CountDownLatch(0);
    var before = lane.delivered();
    var sent = new CountDownLatch(1);
    var thread =
        Thread.ofVirtual()
            .name("request " + request.id())
            .unstarted(
                guarded(
                    () -> {
                      try {
                        before.await();
                        exchange.run(sent::countDown);
                      } finally {
                        inFlight.remove(request.id());
                        sent.countDown();
                        opening.countDown();
                      }
                    }));
    var kind =
        request.method().equals(Methods.SUBSCRIPTIONS_LISTEN)
            ? InFlight.Kind.LISTEN
            : InFlight.Kind.CALL;
    if (inFlight.add(request.id(), new InFlight.Entry(kind, modern, thread, sent))) {
      thread.start();
    } else {
      opening.countDown();
      out.send(
          Errors.of(
              request.id(),
              ErrorCode.OVERLOADED,
              "Not sent: a request with this id, or "
                  + options.requestsInFlightMax()
                  + " requests, are under way"));
    }
  }

  private void accept(Message.Notification notification) throws InterruptedException {
    var target = notification.method().equals(Methods.CANCELLED) ? cancelled(notification) : null;
    if (target != null && target.modern()) {
      // Over HTTP the modern era has no such message: closing the connection says it.
      target.thread().interrupt();
      return;
    }
    lane.add(
        () -> {
          if (target != null) {
            target.sent().await();
          }
          deliver(notification);
        });
  }

  private InFlight.@Nullable Entry cancelled(Message.Notification notification) {
    var params = notification.params();
    var id = params == null ? null : params.get("requestId");
    return id == null ? null : inFlight.find(id);
  }

  private void deliver(Message.Notification notification) throws InterruptedException {
    var version = BodyHeaders.version(notification);
    var initialized = notification.method().equals(Methods.INITIALIZED);
    if (initialized) {
      session.clientInitialized(notification.bytes());
    }
    var status =
        post(
            notification.bytes(), version == null ? null : modernHeaders.of(notification, version));
    if (initialized && status / 100 == 2 && listening == null) {
      var stream = new ListeningStream(endpoint, session, out, options.messageBytesMax());
      listening = Thread.ofVirtual().name("event stream").start(guarded(stream::run));
    }
  }

  /** An answer to a question of the server: nobody waits for what becomes of it. */
  private void accept(Message.Answer answer) {
    var before = lane.delivered();
    Thread.ofVirtual()
        .name("answer " + answer.id())
        .start(
            guarded(
                () -> {
                  before.await();
                  post(answer.bytes(), null);
                }));
  }

  /** Posts what has no answer; the status, or 0 when it did not get there. */
  private int post(Slice message, @Nullable Map<String, String> headers)
      throws InterruptedException {
    try {
      var opened = session.await();
      var response = postOnce(message, headers == null ? opened.headers() : headers);
      if (response.statusCode() == 404 && headers == null && opened.hasId()) {
        var again = session.reopen(opened);
        if (session.isClientInitialized(message)) {
          return 202; // opening the session again delivered it
        }
        response = postOnce(message, again.headers());
      }
      if (response.statusCode() / 100 != 2) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the endpoint refused a notification or answer with status {0}",
            response.statusCode());
      }
      return response.statusCode();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "not delivered: {0}", e.toString());
      return 0;
    }
  }

  private HttpResponse<?> postOnce(Slice message, Map<String, String> headers)
      throws IOException, InterruptedException {
    var response = endpoint.post(message, headers, () -> {});
    response.body().close();
    return response;
  }

  private static Runnable guarded(NotificationLane.Delivery work) {
    return () -> {
      try {
        work.run();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // given up; the thread ends here
      } catch (ClientGoneException e) {
        LOG.log(System.Logger.Level.DEBUG, "{0}", e.getMessage());
      }
    };
  }
}
