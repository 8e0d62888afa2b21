package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.List;
import java.util.Optional;

/**
 * What is served beside MCP, health and metrics: documents, the API, the registry's API, and pages
 * for people. It is asked for every path that is none of those. Host and Origin have passed their
 * guards. Thread-safe; may block.
 */
@FunctionalInterface
public interface Pages {
  /** The largest body such a request may bring, in bytes. */
  int BODY_BYTES_MAX = 64 << 10;

  /** There is nothing. */
  Pages NONE = _ -> Optional.empty();

  /** Answers a request; empty where nothing is at its path. */
  Optional<Page> answer(Visit visit) throws InterruptedException;

  /**
   * A request.
   *
   * @param method the HTTP method, never OPTIONS; what answers GET answers HEAD
   * @param asked its path, query and headers
   * @param body at most {@link #BODY_BYTES_MAX}
   */
  record Visit(String method, Identity.Asked asked, Slice body) {}

  /** What a body is. */
  enum Type {
    JSON,
    /** For people, in a browser. */
    HTML
  }

  /**
   * A reply.
   *
   * @param status the HTTP status
   * @param json the body
   * @param type what it is
   */
  record Page(int status, List<Reply.Header> headers, Payload json, Type type) {
    /** A reply in JSON. */
    public Page(int status, List<Reply.Header> headers, Payload json) {
      this(status, headers, json, Type.JSON);
    }

    public Page {
      headers = List.copyOf(headers);
    }
  }
}
