package io.portolan.bench.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The management API of a gateway, with its admin key. For one thread; blocks. */
public final class Administration implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern KEY = Pattern.compile("\"key\":\"(ptl_[^\"]+)\"");
  private static final int KEYS_A_REQUEST = 1000;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI endpoint;
  private final String adminKey;

  Administration(URI endpoint, String adminKey) {
    this.endpoint = endpoint;
    this.adminKey = adminKey;
  }

  /** Makes a tenant. */
  public void tenant(String id) throws IOException, InterruptedException {
    var _ = post("/api/v1/tenants", "{\"id\":\"" + id + "\"}");
  }

  /** Makes so many keys of a tenant, each of a principal of its own; all of each. */
  public List<String> keys(String tenant, int count) throws IOException, InterruptedException {
    var keys = new ArrayList<String>();
    while (keys.size() < count) {
      var some = Math.min(KEYS_A_REQUEST, count - keys.size());
      var body = "{\"name\":\"bench\",\"count\":" + some + "}";
      var told = KEY.matcher(post("/api/v1/keys?tenant=" + tenant, body));
      while (told.find()) {
        keys.add(told.group(1));
      }
    }
    return keys;
  }

  private String post(String target, String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint.resolve(target))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + adminKey)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    var reply = http.send(request, BodyHandlers.ofString());
    if (reply.statusCode() != 201) {
      throw new IOException("POST " + target + ": " + reply.statusCode() + " " + reply.body());
    }
    return reply.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
