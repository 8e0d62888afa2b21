package io.portolan.bench.upstream;

import io.portolan.bench.wire.HttpReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One accepted connection: what was read, and what could not be written at once. */
final class Connection {
  final HttpReader reader = new HttpReader();
  final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer unsent = ByteBuffer.allocate(0);

  Connection(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  /** Writes what the socket takes; the rest follows when it takes more. */
  void write(ByteBuffer bytes) throws IOException {
    if (unsent.hasRemaining()) {
      keep(bytes);
      return;
    }
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      keep(bytes);
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /** Goes on writing after the socket said that it takes more. */
  void flush() throws IOException {
    channel.write(unsent);
    if (!unsent.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  // Bounded by the callers: each waits for its reply before it asks again.
  private void keep(ByteBuffer bytes) {
    unsent =
        ByteBuffer.allocate(unsent.remaining() + bytes.remaining()).put(unsent).put(bytes).flip();
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException _) {
      // The peer is gone either way.
    }
  }
}
