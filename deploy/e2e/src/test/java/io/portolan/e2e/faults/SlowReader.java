package io.portolan.e2e.faults;

import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;

/** A client that asks for much and reads nothing of it. */
public final class SlowReader implements AutoCloseable {
  private final HttpConnection connection;

  /** Sends the request, and then only waits. */
  public SlowReader(URI endpoint, HttpRequest request) throws IOException {
    connection = HttpConnection.to(endpoint);
    connection.send(request);
  }

  @Override
  public void close() {
    connection.close();
  }
}
