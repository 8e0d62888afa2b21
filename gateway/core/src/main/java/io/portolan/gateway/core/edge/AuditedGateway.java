package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Methods;
import java.util.List;

/**
 * A gateway that leaves an event of each request that has ended with the audit log: also of those
 * that were refused, and of none that nobody can act by (pings, notifications). Handing it over
 * takes no I/O. Thread-safe.
 */
public final class AuditedGateway implements McpGateway {
  private static final String NOTIFICATIONS = "notifications/";

  private final McpGateway gateway;
  private final AuditTrail trail;

  /** Tells of what {@code gateway} does. */
  public AuditedGateway(McpGateway gateway, AuditTrail trail) {
    this.gateway = gateway;
    this.trail = trail;
  }

  @Override
  public CallRecord post(Inbound inbound, Reply reply) throws InterruptedException {
    if (!trail.tells(inbound.caller())) {
      return gateway.post(inbound, reply);
    }
    var began = System.nanoTime();
    var record = gateway.post(inbound, reply);
    if (isTold(record.method())) {
      trail.after(inbound, record, System.nanoTime() - began);
    }
    return record;
  }

  private static boolean isTold(String method) {
    return !method.isEmpty() && !method.equals(Methods.PING) && !method.startsWith(NOTIFICATIONS);
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
