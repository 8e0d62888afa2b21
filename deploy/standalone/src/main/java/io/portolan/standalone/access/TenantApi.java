package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.tenants.Profile;
import io.portolan.tenancy.tenants.StoredTenants;
import io.portolan.tenancy.tenants.Tenant;
import io.portolan.tenancy.tenants.TenantDesk;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /api/v1/tenants}: makes, shows, changes, suspends, resumes and deletes tenants.
 * Thread-safe; blocks on the store.
 */
final class TenantApi {
  static final String TENANTS = "/api/v1/tenants";
  static final String TENANT = TENANTS + "/{tenant}";
  private static final Query.Bounds PAGE = new Query.Bounds(1, 1000, 100);
  private static final int ID_BYTES = 16;
  private static final Answer NONE = Answer.notFound("There is no such tenant");

  private final StoredTenants tenants;
  private final TenantDesk desk;
  private final SecureRandom random;

  TenantApi(StoredTenants tenants, TenantDesk desk, SecureRandom random) {
    this.tenants = tenants;
    this.desk = desk;
    this.random = random;
  }

  List<Endpoint> endpoints() {
    var administrator = Who.administrator();
    return List.of(
        Endpoint.ofPlatform("GET", TENANTS, this::list),
        Endpoint.ofPlatform("POST", TENANTS, this::create),
        Endpoint.get(TENANT, Who.member(OWNER, ADMIN, AUDITOR), this::show),
        Endpoint.patch(TENANT, administrator, this::change),
        Endpoint.delete(TENANT, administrator, this::delete),
        Endpoint.post(TENANT + "/suspend", administrator, this::suspend),
        Endpoint.post(TENANT + "/resume", administrator, this::resume));
  }

  private Answer list(ApiRequest request) {
    var limit = request.query().number("limit", PAGE);
    var found = tenants.page(request.query().text("after"), limit);
    return Answer.ok(
        json -> {
          json.name("tenants").beginArray();
          for (var tenant : found) {
            json.beginObject();
            write(json, tenant);
            json.endObject();
          }
          json.endArray();
          if (found.size() == limit) {
            json.member("next", found.getLast().id().value());
          }
        });
  }

  private Answer create(ApiRequest request) throws InterruptedException {
    var body = request.jsonOrNothing().only("id", "name", "homeRegion", "residency");
    var named = body.text("id");
    var id = new TenantId(named == null ? fresh() : named);
    var profile = profile(body, Profile.named(id.value()));
    return switch (desk.create(id, profile, request.deadline())) {
      case TenantDesk.Made.Created(var tenant) -> Answer.created(json -> write(json, tenant));
      case TenantDesk.Made.Taken() ->
          Answer.error(409, "The tenant id '" + id + "' is in use, was, or is reserved");
      case TenantDesk.Made.Full(var max) ->
          Answer.error(409, "There are " + max + " tenants, deleted ones included; no more fit");
    };
  }

  private String fresh() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Profile profile(Fields body, Profile before) {
    return new Profile(
        Objects.requireNonNullElse(body.text("name"), before.name()),
        body.has("homeRegion") ? body.text("homeRegion") : before.homeRegion(),
        body.has("residency") ? body.words("residency", Set.of()) : before.residency());
  }

  private Answer show(ApiRequest request) {
    return answer(tenants.find(request.tenant()));
  }

  private Answer change(ApiRequest request) throws InterruptedException {
    var body = request.json().only("name", "homeRegion", "residency");
    return answer(
        desk.change(request.tenant(), before -> profile(body, before), request.deadline()));
  }

  private Answer suspend(ApiRequest request) throws InterruptedException {
    return answer(desk.suspend(request.tenant(), request.deadline()));
  }

  private Answer resume(ApiRequest request) throws InterruptedException {
    return answer(desk.resume(request.tenant(), request.deadline()));
  }

  private static Answer answer(Optional<Tenant> found) {
    return found.map(tenant -> Answer.ok(json -> write(json, tenant))).orElse(NONE);
  }

  private Answer delete(ApiRequest request) throws InterruptedException {
    return desk.delete(request.tenant(), request.deadline())
        ? Answer.ok(json -> json.member("deleted", true))
        : NONE;
  }

  private static void write(JsonWriter json, Tenant tenant) {
    var profile = tenant.profile();
    json.member("id", tenant.id().value())
        .member("name", profile.name())
        .member("status", tenant.standing().name().toLowerCase(Locale.ROOT));
    KeyJson.optional(json, "homeRegion", profile.homeRegion());
    KeyJson.list(json, "residency", profile.residency());
    json.member("createdAt", tenant.createdAt().toString());
  }
}
