package io.portolan.standalone.api;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TenantRole;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Answers requests under {@code /api/v1} by a list of endpoints. In this order: is there such a
 * path, who asks, do they ask too much, is there such a method, may they see the tenant, may they
 * do this. A tenant that is another's is answered like one that there is not. Thread-safe; blocks
 * on the store.
 */
public final class ManagementApi {
  /** Where it is: the resource that access tokens for it are made for. */
  public static final String PATH = "/api/v1";

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);
  private static final Reply.Header NO_STORE = new Reply.Header("Cache-Control", "no-store");
  private static final Reply.Header NO_CACHE =
      new Reply.Header("Cache-Control", "private, no-cache");
  private static final Answer NO_TENANT = Answer.notFound("There is no such tenant");

  private final List<Endpoint> endpoints;
  private final Doors doors;
  private final Journal journal;
  private final SenderRates rates = new SenderRates();

  /** Who is let in, and to which tenants. */
  public record Doors(Gatekeeper gatekeeper, Tenants tenants) {}

  /**
   * @param endpoints no two with the same method and path
   * @param audit is told of all changes, before they are made
   */
  public ManagementApi(List<Endpoint> endpoints, Doors doors, AuditLog audit, InstantSource clock) {
    var all = new ArrayList<>(endpoints);
    all.add(Endpoint.get(PATH, Who.anyMember(), this::list));
    this.endpoints = List.copyOf(all);
    this.doors = doors;
    this.journal = new Journal(audit, clock);
    var names = new TreeSet<String>();
    for (var endpoint : all) {
      if (!names.add(endpoint.name())) {
        throw new IllegalArgumentException("two endpoints " + endpoint.name());
      }
    }
  }

  /** All that can be asked for. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** An endpoint whose path was asked for, and the path's parameters. */
  private record Match(Endpoint endpoint, Map<String, String> path) {}

  /** The answer to a request; empty where nothing is at its path. */
  public Optional<Pages.Page> answer(Pages.Visit visit) throws InterruptedException {
    var here = matches(visit.asked().path());
    if (here.isEmpty()) {
      return Optional.empty();
    }
    var answer = unlessKnown(visit, guarded(visit, here));
    return Optional.of(new Pages.Page(answer.status(), answer.headers(), answer.json()));
  }

  /** An answer that has a tag may be kept, and need not be sent to who has it. */
  private static Answer unlessKnown(Pages.Visit visit, Answer answer) {
    var tag = answer.tag();
    if (tag.isEmpty()) {
      return answer.with(NO_STORE);
    }
    var known = visit.asked().headers().first("If-None-Match");
    return known != null && List.of(known.split(" *, *")).contains(tag.get())
        ? new Answer(304, answer.headers(), Payload.of("")).with(NO_CACHE)
        : answer.with(NO_CACHE);
  }

  /** Those with a literal segment where others have a parameter come first. */
  private List<Match> matches(String rawPath) {
    var found = new ArrayList<Match>();
    for (var endpoint : endpoints) {
      endpoint.path().match(rawPath).ifPresent(path -> found.add(new Match(endpoint, path)));
    }
    var parameters = found.stream().mapToInt(match -> match.path().size()).min().orElse(0);
    found.removeIf(match -> match.path().size() > parameters);
    return found;
  }

  private Answer guarded(Pages.Visit visit, List<Match> here) throws InterruptedException {
    return switch (doors.gatekeeper().of(visit.asked())) {
      case Gatekeeper.Refused(var answer) -> answer;
      case Gatekeeper.Known(var sender) -> paced(visit, here, sender);
      case Gatekeeper.Anonymous(var sender, var otherwise) ->
          isForAnyone(visit, here) ? paced(visit, here, sender) : otherwise;
    };
  }

  private static boolean isForAnyone(Pages.Visit visit, List<Match> here) {
    return here.stream()
        .map(Match::endpoint)
        .anyMatch(each -> each.method().equals(visit.method()) && each.who() instanceof Who.Anyone);
  }

  private Answer paced(Pages.Visit visit, List<Match> here, Sender sender)
      throws InterruptedException {
    var wait = rates.take(sender, System.nanoTime());
    return wait.isPresent()
        ? Answer.later(
            429,
            "More than "
                + SenderRates.PER_SECOND
                + " requests in a second (api-requests-per-second); retry later",
            wait.get())
        : answered(visit, here, sender);
  }

  private Answer answered(Pages.Visit visit, List<Match> here, Sender sender)
      throws InterruptedException {
    for (var match : here) {
      if (match.endpoint().method().equals(visit.method())) {
        try {
          return answered(visit, match, sender);
        } catch (IllegalArgumentException e) {
          return Answer.error(400, String.valueOf(e.getMessage()));
        } catch (StoreUnavailableException e) {
          return Answer.later(
              503, "The store cannot be used: " + e.getMessage(), Duration.ofSeconds(1));
        }
      }
    }
    var methods =
        here.stream()
            .map(match -> match.endpoint().method())
            .sorted()
            .collect(Collectors.joining(", "));
    return Answer.error(405, "Expected " + methods + " " + here.getFirst().endpoint().path())
        .with(new Reply.Header("Allow", methods));
  }

  private Answer answered(Pages.Visit visit, Match match, Sender sender)
      throws InterruptedException {
    var query = Query.of(visit.asked().query());
    var endpoint = match.endpoint();
    var tenant = tenant(endpoint, match.path(), query, sender);
    if (tenant.isEmpty()) {
      return NO_TENANT;
    }
    var entry = Journal.entry(sender.in(tenant.get()), endpoint);
    var denied = denied(endpoint, tenant.get(), sender);
    if (denied.isPresent()) {
      if (endpoint.changesSomething()) {
        journal.denied(entry, denied.get().status());
      }
      return denied.get();
    }
    var deadline = Deadline.in(ANSWERED_WITHIN);
    var request = new ApiRequest(tenant.get(), sender, match.path(), query, visit.body(), deadline);
    return endpoint.changesSomething()
        ? recorded(endpoint, request, entry)
        : endpoint.handler().answer(request);
  }

  private Answer recorded(Endpoint endpoint, ApiRequest request, Journal.Entry entry)
      throws InterruptedException {
    if (!journal.intend(entry, request.deadline())) {
      return Answer.later(
          503, "The change cannot be recorded now, and was not made", Duration.ofSeconds(1));
    }
    var status = 500;
    try {
      var answer = endpoint.handler().answer(request);
      status = answer.status();
      return answer;
    } catch (IllegalArgumentException e) {
      status = 400;
      throw e;
    } catch (StoreUnavailableException e) {
      status = 503;
      throw e;
    } finally {
      journal.ended(entry, status);
    }
  }

  /** The tenant that a request is about; empty when there is none such for the sender. */
  private Optional<TenantId> tenant(
      Endpoint endpoint, Map<String, String> path, Query query, Sender sender) {
    if (endpoint.scope() == Endpoint.Scope.PLATFORM) {
      return Optional.of(TenantId.SYSTEM);
    }
    var inPath = path.get(PathTemplate.TENANT);
    var inQuery = query.text(PathTemplate.TENANT);
    if (inPath != null && inQuery != null && !inPath.equals(inQuery)) {
      throw new IllegalArgumentException("the path and ?tenant= name two tenants");
    }
    var named = inPath == null ? inQuery : inPath;
    return switch (sender) {
      case Sender.Member(var caller) ->
          named == null || named.equals(caller.tenant().value())
              ? Optional.of(caller.tenant())
              : Optional.empty();
      case Sender.Administrator() ->
          named == null ? Optional.of(TenantId.DEVELOPMENT) : existing(named);
    };
  }

  private Optional<TenantId> existing(String named) {
    var tenant = new TenantId(named);
    if (tenant.equals(TenantId.SYSTEM)) {
      return Optional.empty();
    }
    return switch (doors.tenants().of(tenant)) {
      case ACTIVE, SUSPENDED, UNCLEAR -> Optional.of(tenant);
      case DELETED, UNKNOWN -> Optional.empty();
    };
  }

  private static Optional<Answer> denied(Endpoint endpoint, TenantId tenant, Sender sender) {
    return switch (sender) {
      case Sender.Administrator() -> Optional.empty();
      case Sender.Member(var caller) ->
          switch (endpoint.who()) {
            case Who.Anyone() -> Optional.empty();
            case Who.Administrator() ->
                Optional.of(
                    Answer.error(
                        403, endpoint.name() + " is for who has the admin key of the gateway"));
            case Who.Member(var roles) ->
                roles.stream().anyMatch(role -> caller.roles().contains(role.label()))
                    ? Optional.empty()
                    : Optional.of(
                        Answer.error(
                            403,
                            endpoint.name()
                                + " needs one of the roles "
                                + labels(roles)
                                + " in the tenant "
                                + tenant));
          };
    };
  }

  private static List<String> labels(Iterable<TenantRole> roles) {
    var labels = new ArrayList<String>();
    roles.forEach(role -> labels.add(role.label()));
    return labels;
  }

  /** {@code GET /api/v1}. */
  private Answer list(ApiRequest request) {
    return Answer.ok(
        json -> {
          json.name("endpoints").beginArray();
          for (var endpoint : endpoints) {
            json.beginObject()
                .member("method", endpoint.method())
                .member("path", endpoint.path().text());
            json.name("roles").beginArray();
            switch (endpoint.who()) {
              case Who.Administrator() -> {}
              case Who.Anyone() -> labels(EnumSet.allOf(TenantRole.class)).forEach(json::value);
              case Who.Member(var roles) -> labels(roles).forEach(json::value);
            }
            json.endArray().endObject();
          }
          json.endArray();
        });
  }
}
