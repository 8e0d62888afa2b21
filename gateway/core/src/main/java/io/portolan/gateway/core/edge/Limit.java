package io.portolan.gateway.core.edge;

/**
 * What the gateway takes on at most, by the name that operators know it by: the metric's label, and
 * for what can be configured the key. {@code docs/limits.md} lists them with defaults and outcomes.
 */
public enum Limit {
  REQUEST_BYTES("request-bytes-max"),
  HEAD_BYTES("head-bytes-max"),
  MESSAGE_SHAPE("message-shape"),
  CONNECTIONS("connections-max"),
  MEMORY("memory-bytes-max"),
  SLOW_HEAD("head-timeout"),
  SLOW_BODY("body-timeout"),
  SLOW_READER("write-timeout"),
  SESSIONS("sessions-max"),
  SESSIONS_PER_PRINCIPAL("sessions-per-principal-max"),
  SESSION_IDLE("session-idle-timeout"),
  STREAMS_PER_SESSION("streams-per-session-max"),
  STREAMS_PER_PRINCIPAL("streams-per-principal-max"),
  SUBSCRIPTIONS("subscriptions-max"),
  CALLS_PER_SESSION("calls-per-session-max"),
  CALLS_PER_SERVER("calls-per-server-max"),
  CATALOGUE("catalogue-max"),
  RESPONSE_BYTES("response-bytes-max"),
  LINE_BYTES("line-bytes-max"),
  FAILED_SIGN_INS("failed-sign-ins"),
  AUDIT_EVENTS("audit-events-waiting"),
  QUOTA("quota");

  private final String label;

  Limit(String label) {
    this.label = label;
  }

  /** The limit's name for metrics, messages and configuration. */
  public String label() {
    return label;
  }
}
