package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.cost.Price;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.Quotas.Asked;
import io.portolan.tenancy.Quotas.Outcome;
import io.portolan.tenancy.Quotas.Used;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets what costs a server something through when the caller's quotas grant it, and settles what
 * was reserved for it when it has ended. Thread-safe.
 */
final class Metering {
  private static final Set<String> METERED =
      Set.of(
          Methods.TOOLS_CALL,
          Methods.RESOURCES_READ,
          Methods.PROMPTS_GET,
          Methods.COMPLETION_COMPLETE);

  private final Federation federation;
  private final Quotas quotas;
  private final Prices prices;
  private final OverLimit overLimit;

  Metering(Federation federation, Quotas quotas, Prices prices, OverLimit overLimit) {
    this.federation = federation;
    this.quotas = quotas;
    this.prices = prices;
    this.overLimit = overLimit;
  }

  /** What is done with a request that is let through. */
  interface Work {
    CallRecord on(Call call) throws InterruptedException;
  }

  CallRecord metered(Call call, Message message, Work work) throws InterruptedException {
    if (!(message instanceof Message.Request request) || !METERED.contains(request.method())) {
      return work.on(call);
    }
    var route = call.inbound().route();
    var name = toolName(request);
    var price = name == null || prices.isEmpty() ? null : price(call.inbound(), name);
    call.priced(price);
    var asked = new Asked(qualified(route, name), price == null ? Cost.FREE : price.estimate());
    return switch (quotas.reserve(call.inbound().caller(), asked)) {
      case Outcome.Granted(var reservation) -> {
        Used used = new Used.Called(asked.estimate());
        try {
          var record = work.on(call);
          if (isUndone(record)) {
            used = Used.NOTHING;
            yield record;
          }
          used = new Used.Called(call.cost());
          yield record.at(call.cost());
        } finally {
          reservation.settle(used);
        }
      }
      case Outcome.Exceeded exceeded -> overLimit.quota(call.asks(request), request.id(), exceeded);
      case Outcome.Unavailable unavailable ->
          overLimit.quota(call.asks(request), request.id(), unavailable);
    };
  }

  private static @Nullable String toolName(Message.Request request) {
    var params = request.params();
    if (params == null || !request.method().equals(Methods.TOOLS_CALL)) {
      return null;
    }
    var name = params.get("name");
    return name == null || !name.isString() ? null : name.string();
  }

  /**
   * The price of a tool by its name at an endpoint; waits for the start to be over, as calls do.
   */
  private @Nullable Price price(Inbound inbound, String name) throws InterruptedException {
    var tenant = inbound.caller().tenant();
    return switch (inbound.route()) {
      case Route.Single(var handle) -> {
        var server = federation.catalogue(tenant).server(handle);
        yield server == null ? null : prices.of(server.name(), name);
      }
      case Route.Federated _ -> {
        var target = federation.catalogue(tenant).tool(name);
        if (target == null && federation.isSettling()) {
          target = federation.settledCatalogue(tenant).tool(name);
        }
        yield target == null ? null : prices.of(target.server().name(), target.name());
      }
    };
  }

  /** Its name at the endpoint of all servers, which quotas know it by. */
  private static @Nullable String qualified(Route route, @Nullable String name) {
    return switch (route) {
      case Route.Federated _ -> name;
      case Route.Single(var server) -> name == null ? null : Names.qualified(server, name);
    };
  }

  /** Whether no server was asked, or none took it. */
  static boolean isUndone(CallRecord record) {
    return switch (record.outcome()) {
      case BAD_REQUEST,
          DENIED,
          NOT_FOUND,
          OVERLOADED,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_SUSPENDED,
          UPSTREAM_THROTTLED ->
          true;
      default -> false;
    };
  }
}
