package io.portolan.gateway.upstream.http;

import java.io.IOException;

/** An answer that is no HTTP, or over a limit: the connection cannot be used any more. */
class BadResponse extends IOException {
  private static final long serialVersionUID = 1L;

  BadResponse(String message) {
    super(message);
  }

  /** An answer over the limit. */
  static final class TooLong extends BadResponse {
    private static final long serialVersionUID = 1L;

    TooLong(int bytesMax) {
      super("answer longer than " + bytesMax + " bytes");
    }
  }
}
