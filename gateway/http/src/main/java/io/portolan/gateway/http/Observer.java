package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.http.access.AccessEntry;
import io.portolan.gateway.http.access.AccessLog;

/** Tells of each request once it has ended: a line in the log, and the metrics. Thread-safe. */
final class Observer {
  private final EdgeMetrics metrics;
  private final AccessLog log;

  Observer(EdgeMetrics metrics, AccessLog log) {
    this.metrics = metrics;
    this.log = log;
  }

  /** What can be told of a request that the core said nothing of. */
  static CallRecord record(Outcome outcome) {
    return new CallRecord("", null, null, null, "", outcome);
  }

  /** A request was handled by the core. */
  void ended(Exchange exchange, Inbound inbound, CallRecord record, HttpReply reply) {
    var nanos = System.nanoTime() - exchange.startNanos();
    metrics.ended(record, nanos);
    log.add(
        new AccessEntry(
            exchange.request().prologue().method().text(),
            inbound.context(),
            record,
            reply.status(),
            nanos,
            inbound.body().length(),
            reply.bodyBytes()));
  }

  /** A request was refused by the edge. */
  void refused(Exchange exchange, HttpReply reply) {
    var nanos = System.nanoTime() - exchange.startNanos();
    var record = record(Outcome.BAD_REQUEST);
    metrics.ended(record, nanos);
    log.add(
        new AccessEntry(
            exchange.request().prologue().method().text(),
            null,
            record,
            reply.status(),
            nanos,
            0,
            reply.bodyBytes()));
  }

  /** A request was refused because it could not be read. */
  void unreadable(String method, int status, int bytesOut) {
    metrics.malformed();
    log.add(new AccessEntry(method, null, record(Outcome.BAD_REQUEST), status, 0, 0, bytesOut));
  }
}
