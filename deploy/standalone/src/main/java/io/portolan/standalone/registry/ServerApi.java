package io.portolan.standalone.registry;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.DEVELOPER;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.Lifecycle;
import io.portolan.registry.Publication;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Status;
import io.portolan.registry.stored.PinDesk;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.registry.stored.ServerDesk.Changed;
import io.portolan.registry.stored.ServerDesk.Published;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.standalone.registry.ServerInspector.Look;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/servers}: registers servers of a tenant, lists them and changes their status.
 * Thread-safe; blocks on the store and on the server that is looked at.
 */
public final class ServerApi {
  static final String SERVERS = "/api/v1/servers";
  private static final String TOOLS_ALIAS = "/api/v1/tools/register";
  private static final Query.Bounds PAGE =
      new Query.Bounds(1, ServerDesk.PAGE_MAX, ServerDesk.PAGE_MAX);
  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such server");

  private final ServerDesk desk;
  private final ServerInspector inspector;
  private final NewPins pins;
  private final InstantSource clock;

  /**
   * @param pins keeps what was approved of
   * @param rules say what needs an approval
   * @param approved learns of what is approved of
   */
  public ServerApi(
      ServerDesk desk,
      ServerInspector inspector,
      PinDesk pins,
      PinRules rules,
      PinApi.PinsChanged approved,
      InstantSource clock) {
    this.desk = desk;
    this.inspector = inspector;
    this.pins = new NewPins(pins, rules, approved);
    this.clock = clock;
  }

  /** What can be asked for. */
  public List<Endpoint> endpoints() {
    var managers = Who.member(OWNER, ADMIN, DEVELOPER);
    var readers = Who.member(OWNER, ADMIN, DEVELOPER, AUDITOR);
    return List.of(
        Endpoint.get(SERVERS, readers, this::list),
        Endpoint.post(SERVERS, managers, this::register),
        Endpoint.post(TOOLS_ALIAS, managers, this::register),
        Endpoint.get(SERVERS + "/{name}", readers, this::show),
        Endpoint.get(SERVERS + "/{name}/versions", readers, this::versions),
        Endpoint.patch(SERVERS + "/{name}", managers, this::change),
        Endpoint.delete(SERVERS + "/{name}", managers, this::remove));
  }

  private Answer register(ApiRequest request) throws InterruptedException {
    var draft = DraftJson.draft(request.json());
    var outside = Namespaces.refused(request.sender(), request.tenant(), draft.name());
    if (outside.isPresent()) {
      return Answer.error(403, outside.get());
    }
    var isDryRun = flag(request.query(), "dryRun");
    var isApproving = flag(request.query(), "approve");
    if (isApproving && !NewPins.mayApprove(request.sender())) {
      return Answer.error(403, "approve=true needs one of the roles owner, admin, approver");
    }
    return switch (inspector.look(request.tenant(), draft, request.deadline())) {
      case Look.Unusable(var why) -> Answer.error(422, why);
      case Look.Busy() ->
          Answer.error(429, "As many servers are looked at as can be at a time; try again")
              .with(new Reply.Header("Retry-After", "2"));
      case Look.Described() ->
          isDryRun
              ? tried(request, draft, ServerApi::nothing)
              : kept(request, draft, _ -> ServerApi::nothing);
      case Look.Usable(var report, var transport, var offered) -> {
        var found = ServerInspector.found(draft, transport);
        Consumer<JsonWriter> seen = json -> write(json, report);
        yield isDryRun
            ? tried(request, found, seen)
            : kept(
                request,
                found,
                handle -> {
                  var waiting =
                      isApproving
                          ? pins.approve(request, handle, offered)
                          : pins.waiting(request, handle, offered);
                  return seen.andThen(json -> json.member("waitingForApproval", waiting));
                });
      }
    };
  }

  /** Of what is only described. */
  private static void nothing(JsonWriter json) {}

  private static void write(JsonWriter json, Report report) {
    json.name("seen").beginObject();
    report.write(json);
    json.endObject();
  }

  private static boolean flag(Query query, String name) {
    var sent = query.text(name);
    return switch (sent) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(name + " is '" + sent + "'; expected true or false");
    };
  }

  private Answer tried(ApiRequest request, ServerDraft draft, Consumer<JsonWriter> seen)
      throws InterruptedException {
    var conflict = desk.wouldRefuse(request.tenant(), draft, request.deadline());
    return conflict.isPresent()
        ? refused(draft, conflict.get())
        : Answer.ok(
            json -> {
              json.member("dryRun", true);
              seen.accept(json);
              json.member("name", draft.name().value())
                  .member("handle", draft.handleOrDefault())
                  .member("version", draft.version().value());
            });
  }

  /** What is to be told of a server that was just registered under this handle. */
  @FunctionalInterface
  private interface Seen {
    Consumer<JsonWriter> of(String handle) throws InterruptedException;
  }

  private Answer kept(ApiRequest request, ServerDraft draft, Seen seen)
      throws InterruptedException {
    var published = desk.publish(request.tenant(), draft, request.deadline());
    if (!(published instanceof Published.Done(var entry, var publication))) {
      return refused(draft, published);
    }
    var told = seen.of(entry.handle());
    return Answer.created(
        json -> {
          json.member("dryRun", false);
          told.accept(json);
          ServerJson.write(json, entry);
          ServerJson.write(json, publication);
        });
  }

  private static Answer refused(ServerDraft draft, Published outcome) {
    return switch (outcome) {
      case Published.Done _ -> throw new IllegalStateException("it was published");
      case Published.Duplicate _ ->
          Answer.error(
              409,
              draft.name()
                  + " "
                  + draft.version()
                  + " exists, and a version never changes; send a version that is new");
      case Published.HandleTaken(var handle, var by) ->
          Answer.error(
              409, "The handle '" + handle + "' is " + by + "'s; send a handle of its own");
      case Published.HandleFixed(var handle) ->
          Answer.error(409, "The server has the handle '" + handle + "', which stays");
      case Published.Full(var what, var max) ->
          Answer.error(409, "There are " + max + " " + what + ", which is all there may be");
    };
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var limit = request.query().number("limit", PAGE);
    var after = request.query().text("after");
    var found =
        desk.page(
            request.tenant(),
            after == null ? null : new ServerName(after),
            limit,
            request.deadline());
    return Answer.ok(
        json -> {
          json.name("servers").beginArray();
          for (var entry : found) {
            json.beginObject();
            ServerJson.write(json, entry);
            json.endObject();
          }
          json.endArray();
          if (found.size() == limit) {
            json.member("next", found.getLast().name().value());
          }
        });
  }

  private Answer show(ApiRequest request) throws InterruptedException {
    var name = new ServerName(request.path("name"));
    var entry = desk.entry(request.tenant(), name, request.deadline());
    if (entry.isEmpty()) {
      return UNKNOWN;
    }
    var latest = entry.get().latest();
    var version =
        latest == null
            ? null
            : desk.version(request.tenant(), name, latest, request.deadline()).orElse(null);
    return Answer.ok(
        json -> {
          ServerJson.write(json, entry.get());
          if (version != null) {
            ServerJson.write(json, version);
          }
        });
  }

  private Answer versions(ApiRequest request) throws InterruptedException {
    var name = new ServerName(request.path("name"));
    if (desk.entry(request.tenant(), name, request.deadline()).isEmpty()) {
      return UNKNOWN;
    }
    var versions = desk.versions(request.tenant(), name, request.deadline());
    return Answer.ok(
        json -> {
          json.name("versions").beginArray();
          for (var version : versions) {
            json.beginObject();
            ServerJson.write(json, version);
            json.endObject();
          }
          json.endArray();
        });
  }

  private Answer change(ApiRequest request) throws InterruptedException {
    var body = request.json().only("status", "statusMessage", "version");
    var message = body.text("statusMessage");
    var lifecycle = Lifecycle.of(body.required("status"));
    var status = new Status(lifecycle, message == null ? "" : message, clock.instant());
    return moved(request, body.text("version"), status);
  }

  private Answer remove(ApiRequest request) throws InterruptedException {
    var status = new Status(Lifecycle.DELETED, "", clock.instant());
    return moved(request, request.query().text("version"), status);
  }

  private Answer moved(ApiRequest request, @Nullable String version, Status status)
      throws InterruptedException {
    var name = new ServerName(request.path("name"));
    var outside = Namespaces.refused(request.sender(), request.tenant(), name);
    if (outside.isPresent()) {
      return Answer.error(403, outside.get());
    }
    var changed =
        version == null
            ? desk.setStatus(request.tenant(), name, status, request.deadline())
            : desk.setStatus(
                request.tenant(), name, new ServerVersion(version), status, request.deadline());
    return switch (changed) {
      case Changed.Unknown() -> UNKNOWN;
      case Changed.Same() ->
          Answer.error(409, "It has the status " + status.lifecycle().label() + " already");
      case Changed.Done(var entry, var publications) ->
          Answer.ok(
              json -> {
                ServerJson.write(json, entry);
                json.name("changed").beginArray();
                for (Publication each : publications) {
                  json.value(each.draft().version().value());
                }
                json.endArray();
              });
    };
  }
}
