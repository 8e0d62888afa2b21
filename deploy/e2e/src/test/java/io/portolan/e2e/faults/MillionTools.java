package io.portolan.e2e.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.io.IOException;
import java.util.Optional;

/** Lists a million tools on one page, written as they are made. */
public final class MillionTools implements ListFault {
  private static final int TOOLS = 1_000_000;
  private static final int TOOLS_PER_CHUNK = 1_000;

  @Override
  public Optional<Answer> to(Received request) {
    return request.is("tools/list")
        ? Optional.of(new Answer.Wire(out -> write(out, request)))
        : Optional.empty();
  }

  private static void write(Answer.Wires out, Received request) throws IOException {
    out.put(Heads.CHUNKED_JSON);
    chunk(out, "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{\"tools\":[");
    for (int from = 0; from < TOOLS; from += TOOLS_PER_CHUNK) {
      var tools = new StringBuilder();
      for (int i = from; i < from + TOOLS_PER_CHUNK; i++) {
        tools.append(i == 0 ? "" : ",").append("{\"name\":\"t").append(i);
        tools.append("\",\"inputSchema\":{\"type\":\"object\"}}");
      }
      chunk(out, tools.toString());
    }
    chunk(out, "],\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\"}}");
    out.put("0\r\n\r\n");
  }

  private static void chunk(Answer.Wires out, String text) throws IOException {
    out.put((Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(US_ASCII));
  }
}
