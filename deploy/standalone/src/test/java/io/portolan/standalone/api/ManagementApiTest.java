package io.portolan.standalone.api;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Effect;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.Tenants.Standing;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What all endpoints have in common; the endpoints here say what they were asked. */
class ManagementApiTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Sender ADMINISTRATOR = new Sender.Administrator();

  private final List<AuditEvent> events = new ArrayList<>();
  private final Map<String, Standing> tenants =
      Map.of("acme", Standing.ACTIVE, "still", Standing.SUSPENDED, "gone", Standing.DELETED);
  private AuditLog.Before recorded = new AuditLog.Before.Recorded();
  private Sender sender = ADMINISTRATOR;

  private final ManagementApi api = api(endpoints());

  private ManagementApi api(List<Endpoint> endpoints) {
    Tenants known = tenant -> tenants.getOrDefault(tenant.value(), Standing.UNKNOWN);
    return new ManagementApi(
        endpoints,
        new ManagementApi.Doors(_ -> new Gatekeeper.Known(sender), known),
        new Events(),
        Clock.systemUTC());
  }

  private static List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/api/v1/things", Who.member(OWNER, AUDITOR), ManagementApiTest::echo),
        Endpoint.get("/api/v1/things/{id}", Who.anyMember(), ManagementApiTest::echo),
        Endpoint.get(
            "/api/v1/things/special", Who.anyMember(), _ -> Answer.ok(j -> j.member("s", 1))),
        Endpoint.delete("/api/v1/things/{id}", Who.member(OWNER), ManagementApiTest::echo),
        Endpoint.put("/api/v1/tenants/{tenant}/x", Who.member(ADMIN), ManagementApiTest::echo),
        Endpoint.ofPlatform("POST", "/api/v1/tenants", ManagementApiTest::echo),
        Endpoint.post(
            "/api/v1/refusing",
            Who.anyMember(),
            _ -> {
              throw new IllegalArgumentException("x is wrong");
            }),
        Endpoint.get(
            "/api/v1/unavailable",
            Who.anyMember(),
            _ -> {
              throw new StoreUnavailableException(StoreUnavailableException.Effect.NONE, "full");
            }));
  }

  private static Answer echo(ApiRequest request) {
    return Answer.ok(
        json -> {
          json.member("tenant", request.tenant().value());
          request.path().forEach(json::member);
        });
  }

  private final class Events implements AuditLog {
    @Override
    public Before before(AuditEvent event, Deadline deadline) {
      events.add(event);
      return recorded;
    }

    @Override
    public Handed after(AuditEvent event) {
      events.add(event);
      return Handed.ACCEPTED;
    }

    @Override
    public String inputHash(TenantId tenant, byte[] json, int from, int until) {
      throw new AssertionError("nothing is hashed");
    }
  }

  private static Sender member(String... roles) {
    return new Sender.Member(
        new Caller(new Principal(ACME, "alice"), "key:1", null, Set.of(roles), Set.of(), Set.of()));
  }

  private Pages.Page page(String method, String target) throws Exception {
    var question = target.indexOf('?');
    var asked =
        new Identity.Asked(
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            NoHeaders.INSTANCE);
    return api.answer(new Pages.Visit(method, asked, Slice.empty())).orElseThrow();
  }

  private static String body(Pages.Page page) {
    var text = new StringBuilder();
    for (var part : page.json().parts()) {
      text.append(new String(part.array(), part.from(), part.length(), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static String header(Pages.Page page, String name) {
    return page.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Reply.Header::value)
        .findFirst()
        .orElse("");
  }

  private void assertAnswer(String method, String target, int status, String contains)
      throws Exception {
    var page = page(method, target);
    assertThat(body(page)).as(method + " " + target).contains(contains);
    assertThat(page.status()).as(method + " " + target).isEqualTo(status);
    assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void theAdministratorNamesTheTenant() throws Exception {
    assertAnswer("GET", "/api/v1/things?tenant=acme", 200, "{\"tenant\":\"acme\"}");
    assertAnswer("GET", "/api/v1/things?tenant=still", 200, "{\"tenant\":\"still\"}");
    assertAnswer("PUT", "/api/v1/tenants/acme/x", 200, "\"tenant\":\"acme\"");
    assertAnswer("PUT", "/api/v1/tenants/acme/x?tenant=still", 400, "two tenants");
    assertAnswer("GET", "/api/v1/things?tenant=a&tenant=b", 400, "'tenant' twice");
    assertAnswer("GET", "/api/v1/things?tenant=No+Tenant", 400, "tenant id must be");
  }

  @Test
  void aTenantThatIsNotThereIsNotFound() throws Exception {
    for (var tenant : List.of("none", "gone", "portolan-system")) {
      assertAnswer("GET", "/api/v1/things?tenant=" + tenant, 404, "There is no such tenant");
    }
  }

  @Test
  void aMembersOwnTenantNeedNotBeNamed() throws Exception {
    sender = member("owner");
    assertAnswer("GET", "/api/v1/things", 200, "{\"tenant\":\"acme\"}");
    assertAnswer("GET", "/api/v1/things?tenant=acme", 200, "{\"tenant\":\"acme\"}");
  }

  @Test
  void anotherTenantIsAnsweredLikeOneThatThereIsNot() throws Exception {
    sender = member("owner", "admin");
    var unknown = page("PUT", "/api/v1/tenants/none/x");
    for (var foreign : List.of("still", "gone", "portolan-system", "No Tenant")) {
      var page = page("PUT", "/api/v1/tenants/" + foreign.replace(" ", "%20") + "/x");
      assertThat(page.status()).isEqualTo(404);
      assertThat(page.headers()).isEqualTo(unknown.headers());
      assertThat(body(page)).isEqualTo(body(unknown));
    }
    sender = member("caller");
    assertThat(body(page("PUT", "/api/v1/tenants/still/x")))
        .as("before it is said which role is missing")
        .isEqualTo(body(unknown));
  }

  @Test
  void aMemberNeedsOneOfTheRoles() throws Exception {
    sender = member("auditor");
    assertAnswer("GET", "/api/v1/things", 200, "acme");
    sender = member("caller", "Owner", "owner2");
    assertAnswer(
        "GET",
        "/api/v1/things",
        403,
        "GET /api/v1/things needs one of the roles [owner, auditor] in the tenant acme");
    sender = member("owner", "admin");
    assertAnswer("POST", "/api/v1/tenants", 403, "is for who has the admin key");
  }

  @Test
  void aPathWithoutParametersComesFirst() throws Exception {
    assertAnswer("GET", "/api/v1/things/special?tenant=acme", 200, "\"s\":1");
    assertAnswer("GET", "/api/v1/things/other?tenant=acme", 200, "\"id\":\"other\"");
  }

  @Test
  void whatIsNotInTheListIsNotThere() throws Exception {
    var asked = new Identity.Asked("/api/v1/nothing", "", NoHeaders.INSTANCE);
    assertThat(api.answer(new Pages.Visit("GET", asked, Slice.empty()))).isEmpty();
    assertAnswer("POST", "/api/v1/things", 405, "Expected GET /api/v1/things");
    assertThat(header(page("PUT", "/api/v1/things/1"), "Allow")).isEqualTo("DELETE, GET");
  }

  @Test
  void theListIsServed() throws Exception {
    sender = member("caller");
    var list = body(page("GET", "/api/v1"));
    assertThat(list)
        .contains(
            "{\"method\":\"GET\",\"path\":\"/api/v1/things\",\"roles\":[\"owner\",\"auditor\"]}",
            "{\"method\":\"POST\",\"path\":\"/api/v1/tenants\",\"roles\":[]}",
            "{\"method\":\"GET\",\"path\":\"/api/v1\",");
    for (var endpoint : api.endpoints()) {
      assertThat(list).contains("\"" + endpoint.path() + "\"");
    }
  }

  @Test
  void whatFailsIsSaidInOneForm() throws Exception {
    assertAnswer("POST", "/api/v1/refusing?tenant=acme", 400, "{\"error\":\"x is wrong\"}");
    assertAnswer("GET", "/api/v1/unavailable?tenant=acme", 503, "{\"error\":\"The store");
    assertThat(header(page("GET", "/api/v1/unavailable?tenant=acme"), "Retry-After"))
        .isEqualTo("1");
  }

  @Test
  void eachSenderMayAskSoMuch() throws Exception {
    sender = member("owner");
    Pages.Page page;
    var asked = 0;
    var began = System.nanoTime();
    do {
      page = page("GET", "/api/v1/things");
      asked++;
    } while (page.status() == 200 && asked < 1_000_000);
    var seconds = (System.nanoTime() - began) / 1e9;
    assertThat(page.status()).isEqualTo(429);
    assertThat(asked - 1)
        .isBetween(SenderRates.PER_SECOND, (int) (SenderRates.PER_SECOND * (1 + seconds)) + 1);
    assertThat(header(page, "Retry-After")).isEqualTo("1");
    assertThat(body(page)).startsWith("{\"error\":\"More than 100 requests");
    sender = ADMINISTRATOR;
    assertAnswer("GET", "/api/v1/things?tenant=acme", 200, "acme");
  }

  @Test
  void changesAreRecordedBeforeAndAfter() throws Exception {
    sender = member("owner");
    assertAnswer("DELETE", "/api/v1/things/1", 200, "acme");
    assertThat(events).hasSize(2);
    assertThat(events.getFirst().phase()).isEqualTo(new Phase.Intended());
    assertThat(events.getFirst().action()).isEqualTo(events.getLast().action());
    assertThat(events.getLast().action().method()).isEqualTo("DELETE /api/v1/things/{id}");
    assertThat(events.getLast().caller().principal().subject()).isEqualTo("alice");
    assertThat(events.getLast().phase())
        .isInstanceOfSatisfying(
            Phase.Ended.class, ended -> assertThat(ended.status()).isEqualTo("http_200"));
    events.clear();
    assertAnswer("GET", "/api/v1/things", 200, "acme");
    assertThat(events).as("reading").isEmpty();
  }

  @Test
  void theAdministratorsChangesAreRecordedWithTheTenant() throws Exception {
    assertAnswer("DELETE", "/api/v1/things/1?tenant=acme", 200, "acme");
    assertAnswer("POST", "/api/v1/tenants", 200, "portolan-system");
    assertAnswer("POST", "/api/v1/refusing?tenant=acme", 400, "wrong");
    assertThat(events)
        .extracting(event -> event.tenant().value() + " " + event.caller().credential())
        .containsExactly(
            "acme admin-key",
            "acme admin-key",
            "portolan-system admin-key",
            "portolan-system admin-key",
            "acme admin-key",
            "acme admin-key");
  }

  @Test
  void whatIsDeniedIsRecordedToo() throws Exception {
    sender = member("caller");
    assertAnswer("DELETE", "/api/v1/things/1", 403, "needs one of the roles [owner]");
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().verdict().effect()).isEqualTo(Effect.DENY);
  }

  @Test
  void whatCannotBeRecordedIsNotDone() throws Exception {
    recorded = new AuditLog.Before.Unrecorded("full");
    assertAnswer("DELETE", "/api/v1/things/1?tenant=acme", 503, "was not made");
    assertThat(events).hasSize(1);
  }

  @Test
  void whoIsRefusedLearnsNothing() throws Exception {
    var refusing =
        new ManagementApi(
            endpoints(),
            new ManagementApi.Doors(
                _ -> new Gatekeeper.Refused(Answer.error(401, "who?")), Tenants.ALL),
            new Events(),
            Clock.systemUTC());
    for (var method : List.of("GET", "PUT")) {
      var asked = new Identity.Asked("/api/v1/things", "tenant=none", NoHeaders.INSTANCE);
      var page = refusing.answer(new Pages.Visit(method, asked, Slice.empty())).orElseThrow();
      assertThat(page.status()).isEqualTo(401);
    }
  }

  @Test
  void twoEndpointsCannotBeOne() {
    var twice = new ArrayList<>(endpoints());
    twice.add(endpoints().getFirst());
    assertThatThrownBy(() -> api(twice)).hasMessageContaining("two endpoints GET /api/v1/things");
  }
}
