package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * The endpoint as Streamable HTTP has it. Each method blocks until the answer's head is there; an
 * interrupt gives the request up, which closes its connection. Safe for many threads.
 */
final class HttpEndpoint implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY_FIRST = Duration.ofMillis(50);
  private static final Duration RETRY_LAST = Duration.ofSeconds(1);

  private final BridgeOptions options;
  private final HttpClient http;

  HttpEndpoint(BridgeOptions options) {
    this.options = options;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /**
   * Posts a message. While nobody listens it tries again for a moment, since a gateway that is
   * being restarted comes back; that is safe because nothing was sent.
   *
   * @param sent run when the whole message was handed to the connection
   * @throws ConnectException when nobody listened all that time; nothing was sent
   * @throws IOException when the connection failed later; the message may have had its effect
   */
  HttpResponse<InputStream> post(Slice message, Map<String, String> headers, Runnable sent)
      throws IOException, InterruptedException {
    var request =
        request(headers)
            .timeout(options.answerWithin())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(publisher(message, sent))
            .build();
    return sendOnceReachable(request);
  }

  /** Opens an event stream. It may stay silent for long; only its head must come in time. */
  HttpResponse<InputStream> listen(Map<String, String> headers)
      throws IOException, InterruptedException {
    var request =
        request(headers)
            .timeout(options.answerWithin())
            .header("Accept", "text/event-stream")
            .GET()
            .build();
    return http.send(request, BodyHandlers.ofInputStream());
  }

  /** Ends a session, if that can be done quickly. */
  void delete(Map<String, String> headers) throws IOException, InterruptedException {
    var request = request(headers).timeout(Duration.ofSeconds(2)).DELETE().build();
    http.send(request, BodyHandlers.discarding());
  }

  /** Breaks off all requests. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(Map<String, String> headers) {
    var request = HttpRequest.newBuilder(options.endpoint());
    options.headers().forEach(request::setHeader);
    headers.forEach(request::setHeader);
    return request;
  }

  private HttpResponse<InputStream> sendOnceReachable(HttpRequest request)
      throws IOException, InterruptedException {
    var end = System.nanoTime() + options.reachWithin().toNanos();
    var pause = RETRY_FIRST;
    while (true) {
      try {
        return http.send(request, BodyHandlers.ofInputStream());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        if (System.nanoTime() + pause.toNanos() > end) {
          throw nobodyListens(e);
        }
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(RETRY_LAST) > 0 ? RETRY_LAST : pause;
      }
    }
  }

  private ConnectException nobodyListens(IOException cause) {
    var message =
        "nobody listens at " + options.endpoint() + "; start the gateway with: portolan up";
    var failure = new ConnectException(message);
    failure.initCause(cause);
    return failure;
  }

  private static BodyPublisher publisher(Slice message, Runnable sent) {
    var bytes = BodyPublishers.ofByteArray(message.array(), message.from(), message.length());
    return BodyPublishers.fromPublisher(
        subscriber -> bytes.subscribe(new Noticing<>(subscriber, sent)), message.length());
  }

  /** Passes everything on, and notices the end. */
  private record Noticing<T>(Subscriber<? super T> target, Runnable completed)
      implements Subscriber<T> {
    @Override
    public void onSubscribe(Subscription subscription) {
      target.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
      target.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
      target.onError(failure);
    }

    @Override
    public void onComplete() {
      target.onComplete();
      completed.run();
    }
  }
}
