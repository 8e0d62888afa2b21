package io.portolan.standalone.registry;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.APPROVER;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.DEVELOPER;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.ServerEntry;
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
import io.portolan.standalone.registry.PinRules.Pinned;
import io.portolan.tenancy.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/servers/{name}/pins}: what is in force of a registered server, and what waits for
 * somebody to look at it. Thread-safe; blocks on the store.
 */
public final class PinApi {
  private static final String PINS = ServerApi.SERVERS + "/{name}/pins";
  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such server");

  static final int APPROVED_AT_ONCE_MAX = 1_000;

  private final PinDesk pins;
  private final ServerDesk servers;
  private final PinRules rules;
  private final PinsChanged changed;

  /** Learns of a server of which something was approved. */
  @FunctionalInterface
  public interface PinsChanged {
    /**
     * Something was approved of.
     *
     * @param owner null for a server of the operator's own
     * @param handle its name to callers
     */
    void of(@Nullable TenantId owner, String handle);
  }

  public PinApi(PinDesk pins, ServerDesk servers, PinRules rules, PinsChanged changed) {
    this.pins = pins;
    this.servers = servers;
    this.rules = rules;
    this.changed = changed;
  }

  /** What can be asked for. */
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(PINS, Who.member(OWNER, ADMIN, DEVELOPER, APPROVER, AUDITOR), this::list),
        Endpoint.post(PINS, Who.member(OWNER, ADMIN, APPROVER), this::approve));
  }

  /** A server that is asked about: whose it is, and where its pins are. */
  private record Asked(@Nullable TenantId owner, String handle, Pinned at) {}

  /**
   * An operator's own server has a name without a namespace, and belongs to one tenant's people.
   */
  private Optional<Asked> server(ApiRequest request) throws InterruptedException {
    var sent = request.path("name");
    if (sent.indexOf('/') < 0) {
      return rules
          .pinned(null, sent)
          .filter(at -> at.tenant().equals(request.tenant()))
          .map(at -> new Asked(null, sent, at));
    }
    return servers
        .entry(request.tenant(), new ServerName(sent), request.deadline())
        .map(ServerEntry::handle)
        .map(
            handle ->
                new Asked(request.tenant(), handle, PinRules.registered(request.tenant(), handle)));
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var server = server(request);
    if (server.isEmpty()) {
      return UNKNOWN;
    }
    var at = server.get().at();
    var found = pins.pins(at.tenant(), at.server(), request.deadline());
    return Answer.ok(
        json -> {
          json.name("pins").beginArray();
          found.forEach(pin -> write(json, pin));
          json.endArray();
        });
  }

  /** Takes the digests of what was looked at, so that nobody approves of what came after it. */
  private Answer approve(ApiRequest request) throws InterruptedException {
    var body = request.json().only("pins").objects("pins");
    if (body.isEmpty() || body.size() > APPROVED_AT_ONCE_MAX) {
      throw new IllegalArgumentException(
          "pins has "
              + body.size()
              + " members; expected 1 to "
              + APPROVED_AT_ONCE_MAX
              + " such as {\"kind\": \"tool\", \"name\": \"add\", \"sha256\": \"...\"}");
    }
    var looked = new ArrayList<Looked>();
    for (var each : body) {
      var one = each.only("kind", "name", "sha256");
      looked.add(
          new Looked(kind(one.required("kind")), one.required("name"), one.required("sha256")));
    }
    var server = server(request);
    return server.isEmpty() ? UNKNOWN : approved(request, server.get(), looked);
  }

  private Answer approved(ApiRequest request, Asked server, List<Looked> looked)
      throws InterruptedException {
    var done = new ArrayList<Pin>();
    Answer refused = null;
    for (var each : looked) {
      switch (pins.approve(
          server.at().tenant(),
          server.at().server(),
          each,
          by(request.sender()),
          request.deadline())) {
        case Decided.Done(var pin) -> done.add(pin);
        case Decided.Moved _ ->
            refused =
                Answer.error(
                    409,
                    name(each) + " is another one by now; look at it again before you approve");
        case Decided.Unknown _ ->
            refused = Answer.notFound("The server never offered " + name(each));
      }
      if (refused != null) {
        break;
      }
    }
    if (!done.isEmpty()) {
      changed.of(server.owner(), server.handle());
    }
    return refused != null
        ? refused
        : Answer.ok(
            json -> {
              json.name("pins").beginArray();
              done.forEach(pin -> write(json, pin));
              json.endArray();
            });
  }

  private static String name(Looked looked) {
    return "the " + label(looked.kind()) + " '" + looked.name() + "'";
  }

  /** Who asks, as it is kept with what they approve of. */
  static String by(Sender sender) {
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
    json.beginObject()
        .member("kind", label(pin.kind()))
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
    json.endArray()
        .member("suspicious", pin.suspicion().isSuspicious())
        .name("reasons")
        .beginArray();
    pin.suspicion().reasons().forEach(json::value);
    json.endArray().endObject();
  }
}
