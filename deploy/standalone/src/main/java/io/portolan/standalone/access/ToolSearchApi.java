package io.portolan.standalone.access;

import io.portolan.gateway.core.search.ToolFinder;
import io.portolan.gateway.core.search.ToolSearch;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code POST /api/v1/tools/search}: the tools that somebody may use, by what they do. Thread-safe.
 */
public final class ToolSearchApi {
  static final String SEARCH = "/api/v1/tools/search";
  private static final Duration SEARCH_MAX = Duration.ofSeconds(10);
  private static final int USUAL = 5;

  /** Finds tools of those that exist for a caller; nothing where no search is offered. */
  @FunctionalInterface
  public interface Tools {
    Optional<ToolSearch.Outcome> find(Caller caller, ToolSearch.Query query)
        throws InterruptedException;
  }

  private final AtomicReference<Tools> tools = new AtomicReference<>((_, _) -> Optional.empty());

  /** Begins to search: the gateway is made after those who manage it. */
  public void over(Tools some) {
    tools.set(some);
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.post(SEARCH, Who.anyMember(), this::search));
  }

  private Answer search(ApiRequest request) throws InterruptedException {
    var sent = request.json().only("query", "limit");
    var limit = sent.number("limit");
    var query =
        new ToolSearch.Query(
            sent.required("query"),
            limit == null ? USUAL : Math.clamp(limit, -1, ToolSearch.HITS_MAX + 1),
            request.deadline().orIn(SEARCH_MAX));
    var outcome = tools.get().find(request.sender().in(request.tenant()), query);
    if (outcome.isEmpty()) {
      return Answer.notFound("tools cannot be searched here: tool-search is off");
    }
    return switch (outcome.get()) {
      case ToolSearch.Outcome.Found found ->
          Answer.ok(
              json -> {
                var members = JsonView.of(ToolFinder.json(found));
                for (int i = 0; i < members.size(); i++) {
                  json.member(members.name(i), members.value(i));
                }
              });
      case ToolSearch.Outcome.Busy(var after) ->
          Answer.later(503, "the tools cannot be searched just now", after);
    };
  }
}
