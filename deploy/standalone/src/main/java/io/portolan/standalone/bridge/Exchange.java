package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request of the client until its answer: posts it, relays what comes back, and makes sure that
 * exactly one answer reaches the client, an error of our own when the endpoint gave none. How the
 * eras differ is in {@link Way}.
 */
final class Exchange {
  /** What the two eras do differently. */
  interface Way {
    /** Posts the request; may do so again when that is safe. */
    HttpResponse<InputStream> post(Message.Request request, Runnable sent)
        throws IOException, InterruptedException;

    /** Goes on with a stream that ended before the answer, or null when that cannot be. */
    @Nullable HttpResponse<InputStream> resume(Incoming ended)
        throws IOException, InterruptedException;

    /** Sees the answer before the client does. */
    void answered(
        Message.Request request, HttpResponse<InputStream> response, Message.Answer answer);
  }

  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);
  private static final int RESUMES_MAX = 100;

  private final Message.Request request;
  private final Way way;
  private final ClientOutput out;
  private final int messageBytesMax;

  Exchange(Message.Request request, Way way, ClientOutput out, int messageBytesMax) {
    this.request = request;
    this.way = way;
    this.out = out;
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * Runs to the end. An interrupt ends it without an answer: the client gave the request up.
   *
   * @param sent run when the request was handed to the connection
   */
  void run(Runnable sent) throws InterruptedException {
    try {
      var response = way.post(request, sent);
      if (response.statusCode() / 100 == 2) {
        relay(response);
      } else {
        refuse(response);
      }
    } catch (ConnectException e) {
      fail(ErrorCode.UPSTREAM_FAILED, "Not sent: " + e.getMessage());
    } catch (HttpTimeoutException _) {
      fail(ErrorCode.UPSTREAM_TIMEOUT, "No answer in time; the request may have had its effect");
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted() || e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("given up by the client");
      }
      fail(
          ErrorCode.UPSTREAM_FAILED,
          "The connection broke before the answer; the request may have had its effect ("
              + e.getMessage()
              + ")");
    }
  }

  private void relay(HttpResponse<InputStream> first) throws IOException, InterruptedException {
    var response = first;
    for (var resumes = 0; resumes <= RESUMES_MAX; resumes++) {
      try (var incoming = new Incoming(response, messageBytesMax)) {
        if (relayUntilAnswer(response, incoming)) {
          return;
        }
        var next = way.resume(incoming);
        if (next == null) {
          break;
        }
        response = next;
      }
    }
    throw new IOException("the answer never came");
  }

  private boolean relayUntilAnswer(HttpResponse<InputStream> response, Incoming incoming)
      throws IOException {
    try {
      for (var bytes = incoming.next(); bytes != null; bytes = incoming.next()) {
        var message = READER.read(bytes);
        if (message instanceof Message.Answer answer) {
          way.answered(request, response, answer);
          out.send(bytes);
          return true;
        }
        out.send(bytes);
      }
      return false;
    } catch (MalformedMessage e) {
      throw new IOException("the endpoint sent no JSON-RPC message: " + e.getMessage(), e);
    } catch (IOException e) {
      // A torn stream is resumed like one that ended, where that can be.
      if (incoming.lastEventId().isPresent() && !Thread.currentThread().isInterrupted()) {
        return false;
      }
      throw e;
    }
  }

  /** An error status: the endpoint's own error under our id when it says one, else one of ours. */
  private void refuse(HttpResponse<InputStream> response) throws IOException {
    Slice body;
    try (var incoming = new Incoming(response, messageBytesMax)) {
      body = incoming.next();
    }
    if (body != null) {
      try {
        if (READER.read(body) instanceof Message.Failure failure) {
          out.send(
              failure.id().is("null") ? Errors.withError(request.id(), failure.error()) : body);
          return;
        }
      } catch (MalformedMessage _) {
        // No JSON-RPC: a proxy in between, or no MCP endpoint at all. The status says more.
      }
    }
    fail(
        ErrorCode.UPSTREAM_FAILED,
        "The endpoint answered with HTTP status " + response.statusCode());
  }

  private void fail(ErrorCode code, String message) {
    out.send(Errors.of(request.id(), code, message));
  }
}
