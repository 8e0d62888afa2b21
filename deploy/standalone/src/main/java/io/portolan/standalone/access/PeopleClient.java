package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Manages members and roles of a tenant from another process. Blocks; for one thread. */
public final class PeopleClient {
  private final ApiClient api;
  private final String base;

  public PeopleClient(ApiClient api, TenantId tenant) {
    this.api = api;
    this.base = TenantApi.TENANTS + "/" + tenant;
  }

  /** A member or a role as it is listed. */
  public record Listed(String name, String roles, String teams) {}

  /** Sets what a member has. */
  public void putMember(String subject, Set<String> roles, Set<String> teams)
      throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject();
    KeyJson.list(json, "roles", roles);
    KeyJson.list(json, "teams", teams);
    put("/members/" + segment(subject), json);
  }

  /** Sets what a role includes. */
  public void putRole(String role, Set<String> includes) throws IOException, InterruptedException {
    var json = new JsonWriter().beginObject();
    KeyJson.list(json, "includes", includes);
    put("/roles/" + segment(role), json);
  }

  private void put(String path, JsonWriter json) throws IOException, InterruptedException {
    var _ = api.ask("PUT", base + path, json.endObject().toSlice().toString());
  }

  /** All members. */
  public List<Listed> members() throws IOException, InterruptedException {
    var members = new ArrayList<Listed>();
    var after = "";
    do {
      var page = api.ask("GET", base + "/members?limit=1000" + after, null);
      page.objects("members")
          .forEach(
              each ->
                  members.add(
                      new Listed(
                          text(each, "subject"), words(each, "roles"), words(each, "teams"))));
      var next = page.text("next");
      after = next == null ? "" : "&after=" + segment(next);
    } while (!after.isEmpty());
    return members;
  }

  /** All roles that the tenant made. */
  public List<Listed> roles() throws IOException, InterruptedException {
    var roles = new ArrayList<Listed>();
    for (var each : api.ask("GET", base + "/roles", null).objects("roles")) {
      roles.add(new Listed(text(each, "name"), words(each, "includes"), ""));
    }
    return roles;
  }

  private static String text(Fields object, String name) {
    return Objects.requireNonNullElse(object.text(name), "");
  }

  private static String words(Fields object, String name) {
    return String.join(" ", object.words(name, Set.of()));
  }

  /** Ends what a member has. */
  public void removeMember(String subject) throws IOException, InterruptedException {
    var _ = api.ask("DELETE", base + "/members/" + segment(subject), null);
  }

  /** Ends a role. */
  public void removeRole(String role) throws IOException, InterruptedException {
    var _ = api.ask("DELETE", base + "/roles/" + segment(role), null);
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
