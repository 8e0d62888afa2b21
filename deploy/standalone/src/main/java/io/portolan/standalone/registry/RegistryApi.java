package io.portolan.standalone.registry;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.DEVELOPER;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.Lifecycle;
import io.portolan.registry.Publication;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Status;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.registry.stored.ServerDesk.Changed;
import io.portolan.registry.stored.ServerDesk.Published;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The registry API of the Model Context Protocol (2025-12-01), under {@code /v0.1} and {@code /v0}:
 * each tenant has a registry of its own, which its callers read and publish in. Where the gateway
 * serves anonymous callers, they read too, as the API wants it. Thread-safe; blocks on the store.
 */
public final class RegistryApi {
  private static final String OFFICIAL = "io.modelcontextprotocol.registry/official";
  private static final Query.Bounds PAGE = new Query.Bounds(1, 100, 30);
  private static final Answer NO_SERVER = Answer.notFound("Server not found");
  private static final Answer NO_VERSION = Answer.notFound("Server version not found");

  private final ServerDesk desk;
  private final OutboundGuard guard;
  private final InstantSource clock;

  public RegistryApi(ServerDesk desk, OutboundGuard guard, InstantSource clock) {
    this.desk = desk;
    this.guard = guard;
    this.clock = clock;
  }

  /** What can be asked for. */
  public List<Endpoint> endpoints() {
    var publishers = Who.member(OWNER, ADMIN, DEVELOPER);
    var endpoints = new ArrayList<Endpoint>();
    for (var base : List.of("/v0.1", "/v0")) {
      var servers = base + "/servers";
      var version = servers + "/{name}/versions/{version}";
      endpoints.add(Endpoint.get(base + "/ping", Who.anyone(), _ -> alive()));
      endpoints.add(Endpoint.get(base + "/health", Who.anyone(), _ -> alive()));
      endpoints.add(Endpoint.get(servers, Who.anyone(), this::list));
      endpoints.add(Endpoint.get(servers + "/{name}/versions", Who.anyone(), this::versions));
      endpoints.add(Endpoint.get(version, Who.anyone(), this::version));
      endpoints.add(Endpoint.put(version, publishers, _ -> unchangeable()));
      endpoints.add(Endpoint.delete(version, publishers, this::delete));
      endpoints.add(Endpoint.patch(version + "/status", publishers, this::changeVersion));
      endpoints.add(Endpoint.patch(servers + "/{name}/status", publishers, this::changeAll));
      endpoints.add(Endpoint.post(base + "/publish", publishers, this::publish));
    }
    return endpoints;
  }

  private static Answer alive() {
    return Answer.ok(json -> json.member("status", "ok"));
  }

  private static Answer unchangeable() {
    return Answer.error(501, "A version never changes here; publish a new one");
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var filter = RegistryFilter.of(request.query());
    var limit = request.query().number("limit", PAGE);
    var page = new RegistryPages(desk, request.tenant(), request.deadline()).page(filter, limit);
    return Answer.ok(json -> write(json, page)).tagged();
  }

  private static void write(JsonWriter json, RegistryPages.Page page) {
    json.name("servers").beginArray();
    page.items().forEach(item -> response(json, item.publication(), item.entry()));
    json.endArray().name("metadata").beginObject();
    page.next().ifPresent(next -> json.member("nextCursor", next));
    json.member("count", page.items().size()).endObject();
  }

  private Answer versions(ApiRequest request) throws InterruptedException {
    var name = name(request);
    var entry = desk.entry(request.tenant(), name, request.deadline());
    if (entry.isEmpty()) {
      return NO_SERVER;
    }
    var deletedToo = RegistryFilter.flag(request.query(), "include_deleted");
    var items = new ArrayList<RegistryPages.Item>();
    for (var each : desk.versions(request.tenant(), name, request.deadline())) {
      if (deletedToo || each.status().lifecycle() != Lifecycle.DELETED) {
        items.add(new RegistryPages.Item(entry.get(), each));
      }
    }
    return items.isEmpty()
        ? NO_SERVER
        : Answer.ok(json -> write(json, new RegistryPages.Page(items, Optional.empty()))).tagged();
  }

  private Answer version(ApiRequest request) throws InterruptedException {
    var entry = desk.entry(request.tenant(), name(request), request.deadline());
    if (entry.isEmpty()) {
      return NO_SERVER;
    }
    var asked = request.path("version");
    var version = asked.equals("latest") ? entry.get().latest() : new ServerVersion(asked);
    if (version == null) {
      return NO_VERSION;
    }
    var found = desk.version(request.tenant(), entry.get().name(), version, request.deadline());
    var deletedToo = RegistryFilter.flag(request.query(), "include_deleted");
    return found.isEmpty() || (!deletedToo && found.get().status().lifecycle() == Lifecycle.DELETED)
        ? NO_VERSION
        : Answer.ok(json -> members(json, found.get(), entry.get())).tagged();
  }

  private Answer publish(ApiRequest request) throws InterruptedException {
    var draft = PublishedDocument.draft(request.json().object());
    var outside = Namespaces.refused(request.sender(), request.tenant(), draft.name());
    if (outside.isPresent()) {
      return Answer.error(403, outside.get());
    }
    if (draft.source() instanceof Source.Remote remote) {
      try {
        var _ = guard.addresses(remote.url());
      } catch (OutboundRefusedException e) {
        return Answer.error(400, "The remote is refused: " + e.getMessage());
      } catch (UnknownHostException _) {
        // It may have an address later; whatever that is, the gateway asks the guard again.
      }
    }
    return switch (desk.publish(request.tenant(), draft, request.deadline())) {
      case Published.Done(var entry, var publication) ->
          Answer.ok(json -> members(json, publication, entry));
      case Published.Duplicate _ ->
          Answer.error(
              400, draft.name() + " " + draft.version() + " exists; publish a version that is new");
      case Published.HandleTaken(var handle, var by) ->
          Answer.error(
              400,
              "Tools of a server of that name would be called '"
                  + handle
                  + "', as those of "
                  + by
                  + " are; choose another name behind the slash");
      case Published.HandleFixed(var handle) ->
          Answer.error(400, "The server has the handle '" + handle + "', which stays");
      case Published.Full(var what, var max) ->
          Answer.error(400, "There are " + max + " " + what + ", which is all there may be");
    };
  }

  private Answer delete(ApiRequest request) throws InterruptedException {
    return one(request, new Status(Lifecycle.DELETED, "", clock.instant()));
  }

  private Answer changeVersion(ApiRequest request) throws InterruptedException {
    return one(request, status(request));
  }

  private Status status(ApiRequest request) {
    var body = request.json().only("status", "statusMessage");
    var message = body.text("statusMessage");
    return new Status(
        Lifecycle.of(body.required("status")), message == null ? "" : message, clock.instant());
  }

  private Answer one(ApiRequest request, Status status) throws InterruptedException {
    var name = name(request);
    var outside = Namespaces.refused(request.sender(), request.tenant(), name);
    if (outside.isPresent()) {
      return Answer.error(403, outside.get());
    }
    var version = new ServerVersion(request.path("version"));
    return switch (desk.setStatus(request.tenant(), name, version, status, request.deadline())) {
      case Changed.Unknown() -> NO_VERSION;
      case Changed.Same() -> same(status);
      case Changed.Done(var entry, var publications) ->
          Answer.ok(json -> members(json, publications.getFirst(), entry));
    };
  }

  private static Answer same(Status status) {
    return Answer.error(
        400, "No changes to apply: status is already " + status.lifecycle().label());
  }

  private Answer changeAll(ApiRequest request) throws InterruptedException {
    var name = name(request);
    var outside = Namespaces.refused(request.sender(), request.tenant(), name);
    if (outside.isPresent()) {
      return Answer.error(403, outside.get());
    }
    var status = status(request);
    return switch (desk.setStatus(request.tenant(), name, status, request.deadline())) {
      case Changed.Unknown() -> NO_SERVER;
      case Changed.Same() -> same(status);
      case Changed.Done(var entry, var publications) ->
          Answer.ok(
              json -> {
                json.member("updatedCount", publications.size()).name("servers").beginArray();
                publications.forEach(each -> response(json, each, entry));
                json.endArray();
              });
    };
  }

  private static ServerName name(ApiRequest request) {
    return new ServerName(request.path("name"));
  }

  private static void response(JsonWriter json, Publication publication, ServerEntry entry) {
    json.beginObject();
    members(json, publication, entry);
    json.endObject();
  }

  /** A ServerResponse. */
  private static void members(JsonWriter json, Publication publication, ServerEntry entry) {
    var draft = publication.draft();
    var status = publication.status();
    json.member("server", Slice.utf8(draft.document())).name("_meta").beginObject();
    json.name(OFFICIAL).beginObject().member("status", status.lifecycle().label());
    if (!status.message().isEmpty()) {
      json.member("statusMessage", status.message());
    }
    json.member("statusChangedAt", status.since().toString())
        .member("publishedAt", publication.publishedAt().toString())
        .member("updatedAt", publication.updatedAt().toString())
        .member("isLatest", draft.version().equals(entry.latest()))
        .endObject()
        .endObject();
  }
}
