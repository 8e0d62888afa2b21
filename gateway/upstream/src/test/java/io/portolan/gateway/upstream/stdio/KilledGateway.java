package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.tenancy.Deadline;
import java.util.concurrent.CountDownLatch;

/** A gateway with one stubborn child that has children of its own; it waits to be killed. */
public final class KilledGateway {
  private KilledGateway() {}

  public static void main(String[] args) throws Exception {
    var upstreams = new Upstreams(UpstreamLimits.DEFAULT);
    var upstream = upstreams.create(ChildCommands.server("stubborn"));
    upstream.probe(Deadline.in(Calling.GENEROUS));
    var link = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
    var child = Calling.text(link.request(Calling.call(link, "pid"), Calling.context()));
    var grandchildren = Calling.text(link.request(Calling.call(link, "fork"), Calling.context()));
    System.out.println(child + grandchildren);
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
