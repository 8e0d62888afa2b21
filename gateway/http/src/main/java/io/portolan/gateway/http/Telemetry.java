package io.portolan.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portolan.gateway.core.edge.LimitCounts;

/**
 * What the process tells of itself at {@code /metrics}.
 *
 * @param counts learns which limits were reached
 * @param meters all that is shown; closed with the server. Labels come from small fixed sets only,
 *     never from a tenant, a tool or a server
 */
public record Telemetry(LimitCounts counts, PrometheusMeterRegistry meters) {
  /** With meters of its own. */
  public static Telemetry of(LimitCounts counts) {
    return new Telemetry(counts, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }
}
