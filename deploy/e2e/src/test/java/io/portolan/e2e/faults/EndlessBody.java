package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.nio.charset.StandardCharsets;

/** Answers with a text of a gibibyte, in chunks and with no length told before. */
public final class EndlessBody implements CallFault {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int CHUNKS = 1 << 10;

  @Override
  public Answer to(Received call) {
    return new Answer.Wire(
        out -> {
          out.put(Heads.CHUNKED_JSON);
          var start =
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + call.id()
                  + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"";
          out.put(Integer.toHexString(start.length()) + "\r\n" + start + "\r\n");
          var chunk = Integer.toHexString(CHUNK_BYTES) + "\r\n" + "x".repeat(CHUNK_BYTES) + "\r\n";
          var bytes = chunk.getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < CHUNKS; i++) {
            out.put(bytes);
          }
        });
  }
}
