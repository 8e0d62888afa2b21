package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes messages to the client, one a line, from many threads. A message keeps its bytes; only
 * line breaks between its tokens become spaces, since a line ends the message. Blocks as the stream
 * does.
 */
final class ClientOutput {
  private final OutputStream out;
  // Held while writing: that is what keeps two messages from mixing.
  private final ReentrantLock writing = new ReentrantLock();

  ClientOutput(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a whole message.
   *
   * @throws ClientGoneException when the client no longer reads
   */
  void send(Slice message) {
    var line = oneLine(message);
    writing.lock();
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    } finally {
      writing.unlock();
    }
  }

  /** In valid JSON a line break stands between tokens only: strings hold it as an escape. */
  private static byte[] oneLine(Slice message) {
    var line = new byte[message.length() + 1];
    System.arraycopy(message.array(), message.from(), line, 0, message.length());
    for (var i = 0; i < message.length(); i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    line[message.length()] = '\n';
    return line;
  }
}
