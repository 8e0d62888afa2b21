package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** The modern era: no session, headers out of the body, a broken stream is a lost request. */
final class ModernWay implements Exchange.Way {
  private final HttpEndpoint endpoint;
  private final BodyHeaders headers;

  ModernWay(HttpEndpoint endpoint, BodyHeaders headers) {
    this.endpoint = endpoint;
    this.headers = headers;
  }

  @Override
  public HttpResponse<InputStream> post(Message.Request request, Runnable sent)
      throws IOException, InterruptedException {
    var version = BodyHeaders.version(request);
    return endpoint.post(
        request.bytes(), headers.of(request, version == null ? "" : version), sent);
  }

  @Override
  public @Nullable HttpResponse<InputStream> resume(Incoming ended) {
    return null;
  }

  @Override
  public void answered(
      Message.Request request, HttpResponse<InputStream> response, Message.Answer answer) {
    if (answer instanceof Message.Result result) {
      headers.learn(request.method(), result.result());
    }
  }
}
