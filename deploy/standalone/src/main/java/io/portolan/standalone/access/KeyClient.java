package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyDesk;
import io.portolan.tenancy.auth.key.KeyGrant;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Manages the keys of a data directory from another process. Blocks; for one thread. */
public final class KeyClient {
  private final ApiClient api;

  public KeyClient(ApiClient api) {
    this.api = api;
  }

  /** A key as it is listed; what it has not is empty. */
  public record Listed(
      String id, String name, String roles, String scopes, String expiresAt, String revokedAt) {}

  /** Makes a key, and returns all of it. */
  public String create(TenantId tenant, KeyGrant grant) throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject();
    KeyJson.write(json, grant);
    var body = json.endObject().toSlice().toString();
    return text(api.ask("POST", KeyApi.KEYS + "?tenant=" + tenant, body), "key");
  }

  /** Makes so many keys of one grant, and returns all of each. */
  public List<String> create(TenantId tenant, KeyGrant grant, int count)
      throws IOException, InterruptedException {
    var made = new ArrayList<String>();
    while (made.size() < count) {
      var json = new JsonWriter().beginObject();
      KeyJson.write(json, grant);
      json.member("count", Math.min(KeyDesk.MADE_AT_ONCE_MAX, count - made.size()));
      var body = json.endObject().toSlice().toString();
      api.ask("POST", KeyApi.KEYS + "?tenant=" + tenant, body)
          .objects("keys")
          .forEach(key -> made.add(text(key, "key")));
    }
    return made;
  }

  /** All keys of a tenant, the revoked ones too. */
  public List<Listed> list(TenantId tenant) throws IOException, InterruptedException {
    var keys = new ArrayList<Listed>();
    var after = "";
    do {
      var target = KeyApi.KEYS + "?limit=1000&tenant=" + tenant + after;
      var page = api.get(target, "{\"keys\":[]}");
      page.objects("keys").forEach(key -> keys.add(listed(key)));
      var next = page.text("next");
      after = next == null ? "" : "&after=" + next;
    } while (!after.isEmpty());
    return keys;
  }

  private static Listed listed(Fields key) {
    return new Listed(
        text(key, "id"),
        text(key, "name"),
        String.join(" ", key.words("roles", Set.of())),
        String.join(" ", key.words("scopes", Set.of())),
        text(key, "expiresAt"),
        text(key, "revokedAt"));
  }

  private static String text(Fields object, String name) {
    return Objects.requireNonNullElse(object.text(name), "");
  }

  /** Revokes a key. */
  public void revoke(TenantId tenant, String id) throws IOException, InterruptedException {
    var encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    var _ = api.ask("DELETE", KeyApi.KEYS + "/" + encoded + "?tenant=" + tenant, null);
  }
}
