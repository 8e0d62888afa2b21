package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.http.access.AccessEntry;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.tenancy.CallContext;

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
  void ended(Seen seen, CallRecord record, HttpReply reply) {
    var nanos = System.nanoTime() - seen.startNanos();
    metrics.ended(record, nanos);
    log.add(
        new AccessEntry(
            seen.method(),
            seen.context(),
            record,
            reply.status(),
            nanos,
            seen.bodyBytes(),
            reply.bodyBytes()));
  }

  /**
   * What is told of a request beside its record.
   *
   * @param method its HTTP method
   * @param context who called, under which trace
   * @param startNanos when it was taken up
   * @param bodyBytes how much it brought
   */
  record Seen(String method, CallContext context, long startNanos, int bodyBytes) {
    static Seen of(Exchange exchange, Inbound inbound) {
      return new Seen(
          exchange.request().prologue().method().text(),
          inbound.context(),
          exchange.startNanos(),
          inbound.body().length());
    }
  }

  /** A request was refused by the edge. */
  void refused(Exchange exchange, HttpReply reply) {
    var nanos = System.nanoTime() - exchange.startNanos();
    var record = record(reply.status() == 401 ? Outcome.DENIED : Outcome.BAD_REQUEST);
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
