package io.portolan.tenancy.auth.jwt;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets JSON of an authorization server: within a time, of at most a size, without following
 * redirects. Thread-safe.
 */
public final class JsonFetch implements KeyFetch, AutoCloseable {
  /** Largest document, in bytes. */
  static final int BYTES_MAX = 512 << 10;

  private final Duration timeout;
  private final HttpClient client;

  /**
   * @param timeout for a whole exchange
   */
  public JsonFetch(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * What is at a URL.
   *
   * @throws IOException when it cannot be had, is too large, or has another status than 200
   */
  @Override
  public String get(URI uri) throws IOException, InterruptedException {
    if (!SafeUri.is(uri)) {
      throw new IOException("not fetched, because it is neither https nor loopback: " + uri);
    }
    var request = HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
    var exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
    try {
      var response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(uri + " answered with status " + response.statusCode());
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      throw new IOException(uri + " cannot be fetched: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(uri + " did not answer within " + timeout, e);
    } finally {
      exchange.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
