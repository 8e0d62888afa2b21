package io.portolan.e2e.upstream;

import io.portolan.e2e.wire.Headers;
import io.portolan.e2e.wire.HttpBodies;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads requests from a connection. */
final class ServerSide {
  private ServerSide() {}

  /** The next request, or nothing when the peer has closed the connection between two. */
  static Optional<Received> read(InputStream in) throws IOException {
    var first = HttpBodies.line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    var headers = Headers.NONE;
    for (var line = required(in); !line.isEmpty(); line = required(in)) {
      var colon = line.indexOf(':');
      headers = headers.plus(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    var body =
        headers.names("Transfer-Encoding", "chunked")
            ? HttpBodies.chunked(in).readAllBytes()
            : HttpBodies.sized(in, Long.parseLong(headers.first("Content-Length").orElse("0")))
                .readAllBytes();
    return Optional.of(new Received(first.get().split(" ", 2)[0], headers, body));
  }

  private static String required(InputStream in) throws IOException {
    return HttpBodies.line(in)
        .orElseThrow(() -> new EOFException("the connection was closed inside a head"));
  }
}
