package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.tenants.CustomRole;
import io.portolan.tenancy.tenants.Member;
import io.portolan.tenancy.tenants.PeopleDesk;
import io.portolan.tenancy.tenants.StoredTenants;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a tenant says of its people: {@code /api/v1/tenants/{tenant}/members}, who has which roles
 * and teams beside those of their tokens, and {@code .../roles}, roles of its own. Thread-safe;
 * blocks on the store.
 */
final class PeopleApi {
  private static final String MEMBERS = TenantApi.TENANT + "/members";
  private static final String ROLES = TenantApi.TENANT + "/roles";
  private static final Query.Bounds PAGE = new Query.Bounds(1, 1000, 100);

  private final StoredTenants tenants;
  private final PeopleDesk desk;

  PeopleApi(StoredTenants tenants, PeopleDesk desk) {
    this.tenants = tenants;
    this.desk = desk;
  }

  List<Endpoint> endpoints() {
    var readers = Who.member(OWNER, ADMIN, AUDITOR);
    return List.of(
        Endpoint.get(MEMBERS, readers, this::members),
        Endpoint.put(MEMBERS + "/{subject}", Who.member(OWNER, ADMIN), this::putMember),
        Endpoint.delete(MEMBERS + "/{subject}", Who.member(OWNER, ADMIN), this::removeMember),
        Endpoint.get(ROLES, readers, this::roles),
        Endpoint.put(ROLES + "/{role}", Who.member(OWNER), this::putRole),
        Endpoint.delete(ROLES + "/{role}", Who.member(OWNER), this::removeRole));
  }

  private Answer members(ApiRequest request) {
    var limit = request.query().number("limit", PAGE);
    var found = tenants.members(request.tenant(), request.query().text("after"), limit);
    return Answer.ok(
        json -> {
          json.name("members").beginArray();
          for (var member : found) {
            json.beginObject();
            write(json, member);
            json.endObject();
          }
          json.endArray();
          if (found.size() == limit) {
            json.member("next", found.getLast().subject());
          }
        });
  }

  private static void write(JsonWriter json, Member member) {
    json.member("subject", member.subject());
    KeyJson.list(json, "roles", member.roles());
    KeyJson.list(json, "teams", member.teams());
  }

  private Answer putMember(ApiRequest request) throws InterruptedException {
    var body = request.json().only("roles", "teams");
    var member =
        new Member(
            request.path("subject"), body.words("roles", Set.of()), body.words("teams", Set.of()));
    // Nobody takes away what they could not give.
    var touched = new HashSet<>(member.roles());
    touched.addAll(before(request));
    var excess = Granting.excessRoles(request.sender(), touched);
    if (excess.isPresent()) {
      return Answer.error(403, excess.get());
    }
    return switch (desk.put(request.tenant(), member, request.deadline())) {
      case DONE -> Answer.ok(json -> write(json, member));
      case FULL -> full(PeopleDesk.MEMBERS_MAX + " members");
    };
  }

  private Set<String> before(ApiRequest request) {
    return tenants
        .member(request.tenant(), request.path("subject"))
        .map(Member::roles)
        .orElse(Set.of());
  }

  private static Answer full(String what) {
    return Answer.error(409, "The tenant has " + what + ", which is all it may have");
  }

  private Answer removeMember(ApiRequest request) throws InterruptedException {
    var excess = Granting.excessRoles(request.sender(), before(request));
    if (excess.isPresent()) {
      return Answer.error(403, excess.get());
    }
    return desk.removeMember(request.tenant(), request.path("subject"), request.deadline())
        ? Answer.ok(json -> json.member("removed", true))
        : Answer.notFound("The tenant has no such member");
  }

  private Answer roles(ApiRequest request) {
    return Answer.ok(
        json -> {
          json.name("roles").beginArray();
          for (var role : tenants.roles(request.tenant())) {
            json.beginObject();
            write(json, role);
            json.endObject();
          }
          json.endArray();
        });
  }

  private static void write(JsonWriter json, CustomRole role) {
    json.member("name", role.name());
    KeyJson.list(json, "includes", role.includes());
  }

  private Answer putRole(ApiRequest request) throws InterruptedException {
    var body = request.json().only("includes");
    var role = new CustomRole(request.path("role"), body.words("includes", Set.of()));
    return switch (desk.put(request.tenant(), role, request.deadline())) {
      case DONE -> Answer.ok(json -> write(json, role));
      case FULL -> full(PeopleDesk.ROLES_MAX + " roles");
    };
  }

  private Answer removeRole(ApiRequest request) throws InterruptedException {
    return desk.removeRole(request.tenant(), request.path("role"), request.deadline())
        ? Answer.ok(json -> json.member("removed", true))
        : Answer.notFound("The tenant has no such role");
  }
}
