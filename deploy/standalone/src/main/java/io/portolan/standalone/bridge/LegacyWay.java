package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The legacy era: requests in a session, which is opened again when lost; streams are resumed. */
final class LegacyWay implements Exchange.Way {
  private static final Duration RETRY_DEFAULT = Duration.ofSeconds(1);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(30);

  private final HttpEndpoint endpoint;
  private final LegacySession session;

  LegacyWay(HttpEndpoint endpoint, LegacySession session) {
    this.endpoint = endpoint;
    this.session = session;
  }

  /** 404 says that the session is not known, and so that the request was not looked at. */
  @Override
  public HttpResponse<InputStream> post(Message.Request request, Runnable sent)
      throws IOException, InterruptedException {
    if (request.method().equals(Methods.INITIALIZE)) {
      return endpoint.post(request.bytes(), Map.of(), sent);
    }
    var opened = session.await();
    var response = endpoint.post(request.bytes(), opened.headers(), sent);
    if (response.statusCode() != 404 || !opened.hasId()) {
      return response;
    }
    response.body().close();
    var again = session.reopen(opened);
    return endpoint.post(request.bytes(), again.headers(), sent);
  }

  /** The server may end the stream on purpose and go on when asked (2025-11-25, polling). */
  @Override
  public @Nullable HttpResponse<InputStream> resume(Incoming ended)
      throws IOException, InterruptedException {
    var lastEventId = ended.lastEventId();
    if (lastEventId.isEmpty()) {
      return null;
    }
    var pause = ended.retry().orElse(RETRY_DEFAULT);
    Thread.sleep(pause.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : pause);
    var headers = new LinkedHashMap<>(session.current().headers());
    headers.put("Last-Event-ID", lastEventId.get());
    var response = endpoint.listen(headers);
    if (response.statusCode() == 200 && Incoming.isStream(response)) {
      return response;
    }
    response.body().close();
    throw new IOException("resuming was refused with status " + response.statusCode());
  }

  @Override
  public void answered(
      Message.Request request, HttpResponse<InputStream> response, Message.Answer answer) {
    if (request.method().equals(Methods.INITIALIZE) && answer instanceof Message.Result result) {
      session.opened(response, result);
    }
  }
}
