package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyGrant;
import io.portolan.tenancy.store.Schema;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Manages the keys of a data directory from another process: asks the gateway that serves it; where
 * none runs, does what it would do. Blocks; for one thread.
 */
public final class KeyClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final PortolanConfig config;
  private final Schema schema;

  /**
   * @param schema of the data directory's store
   */
  public KeyClient(PortolanConfig config, Schema schema) {
    this.config = config;
    this.schema = schema;
  }

  /** A key as it is listed; what it has not is empty. */
  public record Listed(
      String id, String name, String roles, String scopes, String expiresAt, String revokedAt) {}

  /** Makes a key, and returns all of it. */
  public String create(TenantId tenant, KeyGrant grant) throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject();
    KeyJson.write(json, grant);
    var reply = ask("POST", "?tenant=" + tenant, json.endObject().toSlice().toString());
    return text(reply, "key");
  }

  /** All keys of a tenant, the revoked ones too. */
  public List<Listed> list(TenantId tenant) throws IOException, InterruptedException {
    var keys = new ArrayList<Listed>();
    var after = "";
    do {
      var page = ask("GET", "?tenant=" + tenant + after, null);
      var items = page.find("keys").map(Value.Member::value).orElse(null);
      if (items instanceof Sequence sequence) {
        for (var item : sequence.items()) {
          if (item instanceof Mapping key) {
            keys.add(listed(key));
          }
        }
      }
      var next = KeyJson.text(page, "next");
      after = next == null ? "" : "&after=" + next;
    } while (!after.isEmpty());
    return keys;
  }

  private static Listed listed(Mapping key) {
    return new Listed(
        text(key, "id"),
        text(key, "name"),
        words(key, "roles"),
        words(key, "scopes"),
        text(key, "expiresAt"),
        text(key, "revokedAt"));
  }

  private static String words(Mapping key, String name) {
    var words = new ArrayList<String>();
    if (key.find(name).map(Value.Member::value).orElse(null) instanceof Sequence list) {
      for (var item : list.items()) {
        if (item instanceof Value.Text word) {
          words.add(word.text());
        }
      }
    }
    return String.join(" ", words);
  }

  private static String text(Mapping object, String name) {
    var text = KeyJson.text(object, name);
    return text == null ? "" : text;
  }

  /** Revokes a key. */
  public void revoke(TenantId tenant, String id) throws IOException, InterruptedException {
    var encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
    var _ = ask("DELETE", "/" + encoded + "?tenant=" + tenant, null);
  }

  private Mapping ask(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    var running = RunningFile.find(config.dataDir());
    return running.isPresent()
        ? remote(running.get(), method, path, body)
        : KeyOffline.ask(config, schema, new KeyOffline.Request(method, path, body));
  }

  private Mapping remote(URI endpoint, String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint.resolve(KeyApi.KEYS + path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + AdminKey.text(config.dataDir()))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var response = client.send(request, BodyHandlers.ofString());
      return understood(response.statusCode(), response.body());
    }
  }

  /** The object of a reply; its error as an exception. */
  static Mapping understood(int status, String body) throws IOException {
    Mapping object;
    try {
      object = KeyJson.object(body);
    } catch (IllegalArgumentException e) {
      throw new IOException("the gateway answered with status " + status + " and no JSON", e);
    }
    if (status >= 300) {
      throw new IOException(text(object, "error"));
    }
    return object;
  }
}
