package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Manages webhooks from another process. Blocks; for one thread. */
public final class WebhookClient {
  private final ApiClient api;

  public WebhookClient(ApiClient api) {
    this.api = api;
  }

  /** A webhook as it is listed. */
  public record Listed(String id, String url, String events) {}

  /** A new webhook, and what its owner checks messages with. */
  public record Made(String id, String secret) {
    @Override
    public String toString() {
      return "Made[" + id + "]";
    }
  }

  private static String path(TenantId tenant) {
    return WebhookApi.WEBHOOKS.replace("{tenant}", tenant.value());
  }

  /**
   * Adds one.
   *
   * @param events none for all of them
   */
  public Made add(TenantId tenant, String url, Set<String> events)
      throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject().member("url", url);
    KeyJson.list(json, "events", events);
    var made = api.ask("POST", path(tenant), json.endObject().toSlice().toString());
    return new Made(text(made, "id"), text(made, "secret"));
  }

  /** All of a tenant. */
  public List<Listed> list(TenantId tenant) throws IOException, InterruptedException {
    var webhooks = new ArrayList<Listed>();
    for (var each : api.get(path(tenant), "{\"webhooks\":[]}").objects("webhooks")) {
      var events = String.join(" ", each.words("events", Set.of()));
      webhooks.add(new Listed(text(each, "id"), text(each, "url"), events));
    }
    return webhooks;
  }

  /** Removes one. */
  public void remove(TenantId tenant, String id) throws IOException, InterruptedException {
    var _ = api.ask("DELETE", path(tenant) + "/" + id, null);
  }

  private static String text(Fields object, String name) {
    return Objects.requireNonNullElse(object.text(name), "");
  }
}
