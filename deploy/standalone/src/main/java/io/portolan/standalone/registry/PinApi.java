package io.portolan.standalone.registry;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.APPROVER;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.DEVELOPER;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.ServerName;
import io.portolan.registry.pin.Observed;
import io.portolan.registry.pin.Pin;
import io.portolan.registry.stored.PinDesk;
import io.portolan.registry.stored.PinDesk.Decided;
import io.portolan.registry.stored.PinDesk.Looked;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Sender;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.TenantId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * {@code /api/v1/servers/{name}/pins}: what is in force of a registered server, and what waits for
 * somebody to look at it. Thread-safe; blocks on the store.
 */
public final class PinApi {
  private static final String PINS = ServerApi.SERVERS + "/{name}/pins";
  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such server");

  private final PinDesk pins;
  private final ServerDesk servers;
  private final BiConsumer<TenantId, String> approved;

  /**
   * @param approved learns of the tenant and handle of a server of which something was approved
   */
  public PinApi(PinDesk pins, ServerDesk servers, BiConsumer<TenantId, String> approved) {
    this.pins = pins;
    this.servers = servers;
    this.approved = approved;
  }

  /** What can be asked for. */
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(PINS, Who.member(OWNER, ADMIN, DEVELOPER, APPROVER, AUDITOR), this::list),
        Endpoint.post(PINS, Who.member(OWNER, ADMIN, APPROVER), this::approve));
  }

  private Optional<String> handle(ApiRequest request) throws InterruptedException {
    var name = new ServerName(request.path("name"));
    return servers.entry(request.tenant(), name, request.deadline()).map(entry -> entry.handle());
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var handle = handle(request);
    if (handle.isEmpty()) {
      return UNKNOWN;
    }
    var found = pins.pins(request.tenant(), handle.get(), request.deadline());
    return Answer.ok(
        json -> {
          json.name("pins").beginArray();
          for (var pin : found) {
            json.beginObject();
            write(json, pin);
            json.endObject();
          }
          json.endArray();
        });
  }

  /** Takes the digest of what was looked at, so that nobody approves of what came after it. */
  private Answer approve(ApiRequest request) throws InterruptedException {
    var body = request.json().only("kind", "name", "sha256");
    var looked =
        new Looked(kind(body.required("kind")), body.required("name"), body.required("sha256"));
    var handle = handle(request);
    if (handle.isEmpty()) {
      return UNKNOWN;
    }
    return switch (pins.approve(
        request.tenant(), handle.get(), looked, by(request.sender()), request.deadline())) {
      case Decided.Done(var pin) -> {
        approved.accept(request.tenant(), handle.get());
        yield Answer.ok(json -> write(json, pin));
      }
      case Decided.Moved _ ->
          Answer.error(409, "It is another one by now; look at it again before you approve of it");
      case Decided.Unknown _ -> Answer.notFound("The server never offered that");
    };
  }

  private static String by(Sender sender) {
    return sender instanceof Sender.Member(var caller) ? caller.principal().subject() : "admin";
  }

  private static Observed.Kind kind(String label) {
    for (var kind : Observed.Kind.values()) {
      if (label(kind).equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "kind is '"
            + label
            + "'; expected one of "
            + Arrays.stream(Observed.Kind.values())
                .map(PinApi::label)
                .collect(Collectors.joining(", ")));
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void write(JsonWriter json, Pin pin) {
    var change = pin.change();
    json.member("kind", label(pin.kind()))
        .member("name", pin.name())
        .member("state", label(pin.state()))
        .member("sha256", pin.seen().sha256())
        .member("seenAt", pin.seen().at().toString())
        .member("definition", pin.seen().json());
    var known = pin.approved();
    if (known != null) {
      json.member("approvedBy", known.by()).member("approvedAt", known.at().toString());
    }
    json.member("change", label(change.grade())).name("differences").beginArray();
    change.differences().forEach(json::value);
    json.endArray().member("suspicion", pin.suspicion().score()).name("reasons").beginArray();
    pin.suspicion().reasons().forEach(json::value);
    json.endArray();
  }
}
