package io.portolan.gateway.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/** Writes to a connection and leaves a mark while it does, so that a stalled write can be ended. */
final class EdgeWriter implements DataWriter {
  private final DataWriter socket;
  private final EdgeConnection connection;

  EdgeWriter(DataWriter socket, EdgeConnection connection) {
    this.socket = socket;
    this.connection = connection;
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(buffers);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    for (var buffer : buffers) {
      writeNow(buffer);
    }
  }

  @Override
  public void writeNow(BufferData buffer) {
    connection.beginWrite();
    try {
      socket.writeNow(buffer);
    } finally {
      connection.endWrite();
    }
  }
}
