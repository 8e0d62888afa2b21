package io.portolan.standalone.access;

import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.tenancy.store.embedded.StoreFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Asks the management API of a data directory from another process, with its admin key: of the
 * gateway that serves it; where none runs, the API answers on the directory's store without a
 * server. Blocks; for one thread.
 */
public final class ApiClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** How often a gateway may say that it is asked too much. */
  private static final int WAITS_MAX = 20;

  private final PortolanConfig config;
  private final Opener opener;

  /** Opens the books of a data directory that no gateway has. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens them.
     *
     * @throws IOException when that cannot be done; the message says what to do
     */
    OpenBooks open() throws IOException;
  }

  public ApiClient(PortolanConfig config, Opener opener) {
    this.config = config;
    this.opener = opener;
  }

  /**
   * Reads.
   *
   * @param target path and query
   * @param nothing what is answered of a data directory that has no store yet, as JSON
   * @throws IOException when it cannot be asked, or answers with an error, which is the message
   */
  public Fields get(String target, String nothing) throws IOException, InterruptedException {
    if (RunningFile.find(config.dataDir()).isEmpty()
        && !new StoreFiles(config.dataDir().resolve("store")).exist()) {
      return Fields.parse(nothing);
    }
    return ask("GET", target, null);
  }

  /**
   * Asks for anything.
   *
   * @param target path and query
   * @param body JSON; null for none
   * @throws IOException as {@link #get}
   */
  public Fields ask(String method, String target, @Nullable String body)
      throws IOException, InterruptedException {
    var running = RunningFile.find(config.dataDir());
    return running.isPresent()
        ? remote(running.get(), method, target, body)
        : offline(method, target, body);
  }

  private Fields remote(URI endpoint, String method, String target, @Nullable String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint.resolve(target))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + AdminKey.text(config.dataDir()))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var response = client.send(request, BodyHandlers.ofString());
      for (int i = 0; i < WAITS_MAX && response.statusCode() == 429; i++) {
        Thread.sleep(retryAfter(response));
        response = client.send(request, BodyHandlers.ofString());
      }
      return understood(response.statusCode(), response.body());
    }
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    var seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
    return Duration.ofSeconds(Math.clamp(seconds, 1, 30));
  }

  private Fields offline(String method, String target, @Nullable String body)
      throws IOException, InterruptedException {
    Files.createDirectories(config.dataDir());
    try (var books = opener.open();
        var access = Access.start(config, books, Clock.systemUTC())) {
      var question = target.indexOf('?');
      var asked =
          new Identity.Asked(
              question < 0 ? target : target.substring(0, question),
              question < 0 ? "" : target.substring(question + 1),
              new AdminHeaders(AdminKey.text(config.dataDir())));
      var visit = new Pages.Visit(method, asked, Slice.utf8(body == null ? "" : body));
      var page = access.api().answer(visit);
      return page.isPresent()
          ? understood(page.get().status(), text(page.get()))
          : understood(404, "{\"error\":\"Nothing is here\"}");
    }
  }

  private static String text(Pages.Page page) {
    var parts = new ArrayList<String>();
    for (var part : page.json().parts()) {
      parts.add(
          new String(part.array(), part.from(), part.to() - part.from(), StandardCharsets.UTF_8));
    }
    return String.join("", parts);
  }

  /** The object of a reply; its error as an exception. */
  private static Fields understood(int status, String body) throws IOException {
    Fields object;
    try {
      object = Fields.parse(body);
    } catch (IllegalArgumentException e) {
      throw new IOException("the gateway answered with status " + status + " and no JSON", e);
    }
    if (status >= 300) {
      throw new IOException(object.text("error"));
    }
    return object;
  }
}
