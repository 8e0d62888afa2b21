package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Slice;
import java.util.Map;

/** What came of a request to a server that does not speak MCP. */
public sealed interface WebAnswer {
  /**
   * It answered.
   *
   * @param headers the first value of each, by its name in lower case
   * @param body all of it; of an answer that is none of 2xx, no more than its beginning
   * @param end whether that is all of it
   */
  record Answered(int status, Map<String, String> headers, Slice body, End end)
      implements WebAnswer {
    /** Whether a body is whole. */
    public enum End {
      REACHED,
      CUT
    }

    /** A header; empty where there is none. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** It did not. */
  record Failed(UpstreamFailure failure) implements WebAnswer {}
}
