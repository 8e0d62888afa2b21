package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The core as a test scripts it; without a script it echoes what was posted. */
final class ScriptedGateway implements McpGateway {
  /** What a test does in the place of the core. */
  @FunctionalInterface
  interface Script {
    CallRecord handle(Inbound inbound, Reply reply) throws InterruptedException;
  }

  static final CallRecord CALLED =
      new CallRecord(Methods.TOOLS_CALL, "files", "read", "abcd1234", "legacy", Outcome.OK);

  final Queue<Inbound> seen = new ConcurrentLinkedQueue<>();
  volatile Script onPost = (inbound, reply) -> echo(inbound, reply);
  volatile Script onGet = (inbound, reply) -> echo(inbound, reply);
  volatile Script onDelete = ScriptedGateway::noContent;
  volatile boolean ready = true;
  volatile List<ServerStatus> servers = List.of();

  static CallRecord echo(Inbound inbound, Reply reply) {
    reply.whole(200, List.of(), Payload.of(inbound.body()));
    return CALLED;
  }

  private static CallRecord noContent(Inbound inbound, Reply reply) {
    reply.empty(204, List.of());
    return new CallRecord("", null, null, null, "legacy", Outcome.OK);
  }

  @Override
  public CallRecord post(Inbound inbound, Reply reply) throws InterruptedException {
    seen.add(inbound);
    return onPost.handle(inbound, reply);
  }

  @Override
  public CallRecord get(Inbound inbound, Reply reply) throws InterruptedException {
    seen.add(inbound);
    return onGet.handle(inbound, reply);
  }

  @Override
  public CallRecord delete(Inbound inbound, Reply reply) throws InterruptedException {
    seen.add(inbound);
    return onDelete.handle(inbound, reply);
  }

  /** The request seen last. */
  Inbound last() {
    return seen.stream().reduce((_, later) -> later).orElseThrow();
  }

  @Override
  public List<ServerStatus> servers() {
    return servers;
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Gauges gauges() {
    return new Gauges(3, 2, 1, 42);
  }
}
