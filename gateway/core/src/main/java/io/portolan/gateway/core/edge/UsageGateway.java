package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.UsageLedger;
import io.portolan.tenancy.UsageLedger.Bytes;
import io.portolan.tenancy.UsageLedger.Ending;
import java.util.List;
import java.util.Set;

/**
 * A gateway that has what servers are asked to do counted in a ledger: tools, resources, prompts
 * and completions, also what was refused. Takes no I/O. Thread-safe.
 */
public final class UsageGateway implements McpGateway {
  private static final Set<String> COUNTED =
      Set.of(
          Methods.TOOLS_CALL,
          Methods.RESOURCES_READ,
          Methods.PROMPTS_GET,
          Methods.COMPLETION_COMPLETE);

  private final McpGateway gateway;
  private final UsageLedger ledger;

  /** Counts what {@code gateway} does. */
  public UsageGateway(McpGateway gateway, UsageLedger ledger) {
    this.gateway = gateway;
    this.ledger = ledger;
  }

  @Override
  public CallRecord post(Inbound inbound, Reply reply) throws InterruptedException {
    var began = System.nanoTime();
    var counted = new CountedReply(reply);
    var record = gateway.post(inbound, counted);
    if (COUNTED.contains(record.method())) {
      ledger.count(
          inbound.caller(),
          new UsageLedger.Call(
              record.server(),
              record.tool(),
              ending(record.outcome()),
              System.nanoTime() - began,
              new Bytes(inbound.body().length(), counted.bytes()),
              record.cost()));
    }
    return record;
  }

  private static Ending ending(CallRecord.Outcome outcome) {
    return switch (outcome) {
      case OK -> Ending.OK;
      case TOOL_ERROR -> Ending.TOOL_ERROR;
      case BAD_REQUEST, DENIED, WITHHELD, NOT_FOUND, OVERLOADED -> Ending.REFUSED;
      case RPC_ERROR,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_TIMEOUT,
          UPSTREAM_BROKEN,
          UPSTREAM_THROTTLED,
          UPSTREAM_SUSPENDED,
          CANCELLED,
          BARRED,
          INTERNAL ->
          Ending.FAILED;
    };
  }

  @Override
  public CallRecord get(Inbound inbound, Reply reply) throws InterruptedException {
    return gateway.get(inbound, reply);
  }

  @Override
  public CallRecord delete(Inbound inbound, Reply reply) throws InterruptedException {
    return gateway.delete(inbound, reply);
  }

  @Override
  public List<ServerStatus> servers() {
    return gateway.servers();
  }

  @Override
  public boolean ready() {
    return gateway.ready();
  }

  @Override
  public Gauges gauges() {
    return gateway.gauges();
  }
}
