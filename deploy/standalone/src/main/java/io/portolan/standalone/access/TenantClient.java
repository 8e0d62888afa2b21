package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Manages tenants from another process. Blocks; for one thread. */
public final class TenantClient {
  private final ApiClient api;

  public TenantClient(ApiClient api) {
    this.api = api;
  }

  /**
   * A tenant to make.
   *
   * @param id null for a random one
   */
  public record Wanted(
      @Nullable TenantId id,
      @Nullable String name,
      @Nullable String homeRegion,
      Set<String> residency) {
    public Wanted {
      residency = Set.copyOf(residency);
    }
  }

  /** A tenant as it is listed; what it has not is empty. */
  public record Listed(
      String id,
      String name,
      String status,
      String homeRegion,
      String residency,
      String createdAt) {}

  /** Makes a tenant, and returns its id. */
  public String create(Wanted wanted) throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject();
    var id = wanted.id();
    KeyJson.optional(json, "id", id == null ? null : id.value());
    KeyJson.optional(json, "name", wanted.name());
    KeyJson.optional(json, "homeRegion", wanted.homeRegion());
    KeyJson.list(json, "residency", wanted.residency());
    var body = json.endObject().toSlice().toString();
    return text(api.ask("POST", TenantApi.TENANTS, body), "id");
  }

  /** All tenants. */
  public List<Listed> list() throws IOException, InterruptedException {
    var tenants = new ArrayList<Listed>();
    var after = "";
    do {
      var page = api.get(TenantApi.TENANTS + "?limit=1000" + after, "{\"tenants\":[]}");
      page.objects("tenants").forEach(each -> tenants.add(listed(each)));
      var next = page.text("next");
      after = next == null ? "" : "&after=" + next;
    } while (!after.isEmpty());
    return tenants;
  }

  /** One tenant. */
  public Listed show(TenantId id) throws IOException, InterruptedException {
    return listed(api.ask("GET", TenantApi.TENANTS + "/" + id, null));
  }

  private static Listed listed(Fields tenant) {
    return new Listed(
        text(tenant, "id"),
        text(tenant, "name"),
        text(tenant, "status"),
        text(tenant, "homeRegion"),
        String.join(" ", tenant.words("residency", Set.of())),
        text(tenant, "createdAt"));
  }

  private static String text(Fields object, String name) {
    return Objects.requireNonNullElse(object.text(name), "");
  }

  /**
   * A quota.
   *
   * @param name which of the scope; {@code *} for each
   * @param limit as in {@code calls-per-day}
   */
  public record Quota(String scope, String name, String limit, BigDecimal amount) {}

  /** What the callers of a tenant may use. */
  public List<Quota> quotas(TenantId id) throws IOException, InterruptedException {
    return quotas(api.ask("GET", TenantApi.TENANTS + "/" + id, null));
  }

  private static List<Quota> quotas(Fields tenant) {
    var quotas = new ArrayList<Quota>();
    for (var each : tenant.objects("quotas")) {
      var amount = Objects.requireNonNullElse(each.decimal("amount"), BigDecimal.ZERO);
      quotas.add(new Quota(text(each, "scope"), text(each, "name"), text(each, "limit"), amount));
    }
    return quotas;
  }

  /** Gives a tenant these quotas, and no others. */
  public List<Quota> setQuotas(TenantId id, List<Quota> quotas)
      throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject().name("quotas").beginArray();
    for (var quota : quotas) {
      json.beginObject()
          .member("scope", quota.scope())
          .member("name", quota.name())
          .member("limit", quota.limit())
          .member("amount", Slice.utf8(quota.amount().toPlainString()))
          .endObject();
    }
    var body = json.endArray().endObject().toSlice().toString();
    return quotas(api.ask("PATCH", TenantApi.TENANTS + "/" + id, body));
  }

  /** Suspends or resumes a tenant. */
  public void move(TenantId id, String how) throws IOException, InterruptedException {
    var _ = api.ask("POST", TenantApi.TENANTS + "/" + id + "/" + how, null);
  }

  /** Deletes a tenant. */
  public void delete(TenantId id) throws IOException, InterruptedException {
    var _ = api.ask("DELETE", TenantApi.TENANTS + "/" + id, null);
  }
}
