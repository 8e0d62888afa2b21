package io.portolan.standalone.secrets;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.access.ApiClient;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Manages the secrets of a data directory from another process. Blocks; for one thread. */
public final class SecretClient {
  private final ApiClient api;

  public SecretClient(ApiClient api) {
    this.api = api;
  }

  /** A secret as it is listed. */
  public record Listed(String name, long version, String setAt) {}

  /** Sets a secret and returns its version. */
  public long set(TenantId tenant, String name, String value)
      throws IOException, InterruptedException {
    var body = new JsonWriter().beginObject().member("value", value).endObject().toSlice();
    return number(api.ask("PUT", target(tenant, name), body.toString()).number("version"));
  }

  /** All secrets of a tenant, without their values. */
  public List<Listed> list(TenantId tenant) throws IOException, InterruptedException {
    var found = new ArrayList<Listed>();
    var answer = api.get(SecretApi.SECRETS + "?tenant=" + tenant, "{\"secrets\":[]}");
    for (var each : answer.objects("secrets")) {
      found.add(
          new Listed(
              each.required("name"), number(each.number("version")), each.required("setAt")));
    }
    return found;
  }

  /** Deletes a secret. */
  public void remove(TenantId tenant, String name) throws IOException, InterruptedException {
    var _ = api.ask("DELETE", target(tenant, name), null);
  }

  /** What came of a rotation: the key's id, and of how many tenants it wraps the data keys now. */
  public record Rotated(String key, long tenants) {}

  /** Rotates the key of the vault. */
  public Rotated rotate() throws IOException, InterruptedException {
    var answer = api.ask("POST", SecretApi.ROTATE, null);
    return new Rotated(
        answer.required("key"),
        number(answer.number("rewrapped")) + number(answer.number("unchanged")));
  }

  private static String target(TenantId tenant, String name) {
    var encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return SecretApi.SECRETS + "/" + encoded + "?tenant=" + tenant;
  }

  private static long number(@Nullable Long number) {
    return Objects.requireNonNullElse(number, 0L);
  }
}
