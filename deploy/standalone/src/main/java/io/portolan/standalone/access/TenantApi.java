package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;
import static io.portolan.tenancy.webhook.EventType.TENANT_RESUMED;
import static io.portolan.tenancy.webhook.EventType.TENANT_SUSPENDED;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.auth.jwt.StoredIssuers;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.tenants.Profile;
import io.portolan.tenancy.tenants.QuotaDesk;
import io.portolan.tenancy.tenants.StoredTenants;
import io.portolan.tenancy.tenants.Tenant;
import io.portolan.tenancy.tenants.TenantDesk;
import io.portolan.tenancy.webhook.EventType;
import io.portolan.tenancy.webhook.Webhooks;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private final StoredIssuers issuers;
  private final TenantDesk desk;
  private final QuotaDesk quotas;
  private final Webhooks webhooks;
  private final SafeFetch fetch;
  private final SecureRandom random;

  TenantApi(Management.Parts parts, TenantDesk desk) {
    this.tenants = parts.tenants();
    this.issuers = parts.issuers();
    this.desk = desk;
    this.quotas = new QuotaDesk(parts.store(), parts.tenants());
    this.webhooks = parts.books().webhooks();
    this.fetch = parts.fetch();
    this.random = parts.random();
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
            members(json, tenant);
            json.endObject();
          }
          json.endArray();
          if (found.size() == limit) {
            json.member("next", found.getLast().id().value());
          }
        });
  }

  private Answer create(ApiRequest request) throws InterruptedException {
    var body =
        request.jsonOrNothing().only("id", "name", "homeRegion", "residency", "quotas", "issuers");
    var named = body.text("id");
    var id = new TenantId(named == null ? fresh() : named);
    var profile = profile(body, Profile.named(id.value()));
    var wanted = Wanted.of(body, id, fetch);
    return switch (desk.create(id, profile, request.deadline())) {
      case TenantDesk.Made.Created(var tenant) -> {
        var refused = set(id, wanted, request);
        tell(id, EventType.TENANT_CREATED, request);
        yield refused == null ? Answer.created(json -> write(json, tenant)) : refused;
      }
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

  /**
   * What a tenant is to have; null for what it has.
   *
   * @param quotas checked
   * @param issuers checked
   */
  private record Wanted(@Nullable List<QuotaRule> quotas, @Nullable List<Issuer> issuers) {
    static Wanted of(Fields body, TenantId tenant, SafeFetch fetch) {
      var quotas = body.has("quotas") ? LimitJson.quotas(body) : null;
      var issuers = body.has("issuers") ? IssuerJson.issuers(body, tenant) : null;
      if (quotas != null) {
        QuotaDesk.check(quotas);
      }
      if (issuers != null) {
        StoredIssuers.check(issuers);
        issuers.forEach(issuer -> require(issuer, fetch));
      }
      return new Wanted(quotas, issuers);
    }

    private static void require(Issuer issuer, SafeFetch fetch) {
      var jwks = issuer.jwksUri();
      try {
        fetch.require(jwks == null ? issuer.issuer() : jwks);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "issuer " + issuer.name() + " is not asked: " + e.getMessage(), e);
      }
    }
  }

  /** Sets it; null when that was done, else what stood in the way. */
  private @Nullable Answer set(TenantId id, Wanted wanted, ApiRequest request)
      throws InterruptedException {
    var own = wanted.issuers();
    if (own != null) {
      switch (issuers.replace(id, own, request.deadline())) {
        case StoredIssuers.Replaced.Done() -> {}
        case StoredIssuers.Replaced.Taken(var issuer) -> {
          return Answer.error(
              409,
              "The issuer "
                  + issuer
                  + " cannot be this tenant's, which has the issuers and quotas it had");
        }
        case StoredIssuers.Replaced.Full(var max) -> {
          return Answer.error(409, "There are " + max + " issuers; no more fit");
        }
      }
    }
    var limits = wanted.quotas();
    if (limits != null) {
      quotas.replace(id, limits, request.deadline());
    }
    return null;
  }

  private void tell(TenantId id, EventType type, ApiRequest request) throws InterruptedException {
    var data = new JsonWriter().beginObject().member("tenant", id.value()).endObject();
    var _ = webhooks.tell(id, type, data.toSlice().toString(), request.deadline());
  }

  private Answer show(ApiRequest request) {
    return answer(tenants.find(request.tenant()));
  }

  private Answer change(ApiRequest request) throws InterruptedException {
    var body = request.json().only("name", "homeRegion", "residency", "quotas", "issuers");
    var wanted = Wanted.of(body, request.tenant(), fetch);
    var refused = set(request.tenant(), wanted, request);
    return refused != null
        ? refused
        : answer(desk.change(request.tenant(), old -> profile(body, old), request.deadline()));
  }

  private Answer suspend(ApiRequest request) throws InterruptedException {
    return moved(desk.suspend(request.tenant(), request.deadline()), TENANT_SUSPENDED, request);
  }

  private Answer resume(ApiRequest request) throws InterruptedException {
    return moved(desk.resume(request.tenant(), request.deadline()), TENANT_RESUMED, request);
  }

  private Answer moved(Optional<Tenant> found, EventType type, ApiRequest request)
      throws InterruptedException {
    if (found.isPresent()) {
      tell(request.tenant(), type, request);
    }
    return answer(found);
  }

  private Answer answer(Optional<Tenant> found) {
    return found.map(tenant -> Answer.ok(json -> write(json, tenant))).orElse(NONE);
  }

  private Answer delete(ApiRequest request) throws InterruptedException {
    if (!desk.delete(request.tenant(), request.deadline())) {
      return NONE;
    }
    tell(request.tenant(), EventType.TENANT_DELETED, request);
    return Answer.ok(json -> json.member("deleted", true));
  }

  private void write(JsonWriter json, Tenant tenant) {
    members(json, tenant);
    LimitJson.write(json, tenants.quotas(tenant.id()));
    IssuerJson.write(json, issuers.of(tenant.id()));
  }

  private static void members(JsonWriter json, Tenant tenant) {
    var profile = tenant.profile();
    json.member("id", tenant.id().value())
        .member("name", profile.name())
        .member("status", tenant.standing().name().toLowerCase(Locale.ROOT));
    KeyJson.optional(json, "homeRegion", profile.homeRegion());
    KeyJson.list(json, "residency", profile.residency());
    json.member("createdAt", tenant.createdAt().toString());
  }
}
