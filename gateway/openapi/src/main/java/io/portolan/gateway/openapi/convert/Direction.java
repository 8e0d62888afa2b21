package io.portolan.gateway.openapi.convert;

/** Which way what a schema describes goes. */
enum Direction {
  /** To the API: without what is {@code readOnly}. */
  REQUEST("readOnly"),
  /** From the API: without what is {@code writeOnly}. */
  ANSWER("writeOnly");

  private final String leftOut;

  Direction(String leftOut) {
    this.leftOut = leftOut;
  }

  /** The keyword of properties that do not go this way. */
  String leftOut() {
    return leftOut;
  }
}
