package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.edge.Limit;
import java.io.IOException;

/** An answer that is no HTTP, or over a limit: the connection cannot be used any more. */
class BadResponse extends IOException {
  private static final long serialVersionUID = 1L;

  BadResponse(String message) {
    super(message);
  }

  /** An answer that the gateway has no memory left for. */
  static final class NoMemory extends BadResponse {
    private static final long serialVersionUID = 1L;

    NoMemory() {
      super("no memory left for the answer (" + Limit.MEMORY.label() + ")");
    }
  }

  /** An answer over the limit. */
  static final class TooLong extends BadResponse {
    private static final long serialVersionUID = 1L;

    TooLong(int bytesMax) {
      super("answer longer than " + bytesMax + " bytes");
    }
  }
}
