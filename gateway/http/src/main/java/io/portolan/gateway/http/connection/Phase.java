package io.portolan.gateway.http.connection;

import java.util.List;

/** What a connection is doing. */
enum Phase {
  /** Opened, and silent so far. */
  FRESH(0),
  /** Between two requests. */
  IDLE(1),
  /** A request's first bytes have come. */
  HEAD(2),
  /** Headers are read; the body is arriving. */
  BODY(3),
  /** The request is complete and being answered. */
  CALL(4),
  /** The last reply is out; what the client still sends is thrown away so that it can read it. */
  LINGER(5);

  private static final List<Phase> BY_CODE = List.of(FRESH, IDLE, HEAD, BODY, CALL, LINGER);

  private final int code;

  Phase(int code) {
    this.code = code;
  }

  /** This phase and the tick it began at as one number, so that both can be read at once. */
  long at(int tick) {
    return ((long) code << 32) | tick;
  }

  /** The phase in such a number. */
  static Phase of(long state) {
    return BY_CODE.get((int) (state >>> 32));
  }

  /** The tick in such a number. */
  static int tick(long state) {
    return (int) state;
  }
}
