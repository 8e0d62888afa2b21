package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import java.nio.ByteBuffer;

/**
 * What one connection says and how it judges the answers, one exchange after the other.
 *
 * <p>Used by one thread. Units of work may take several exchanges; latency is that of a unit.
 */
public interface Conversation {
  /** The next request, whole, ready to be written; valid until the reply was heard. */
  ByteBuffer ask();

  /**
   * Checks the reply to the last request.
   *
   * @throws BadReplyException when it is not the right answer
   */
  Heard hear(HttpReader reply) throws BadReplyException;

  /** What a good reply was. */
  enum Heard {
    /** A unit of work goes on with another exchange. */
    UNIT_GOES_ON,
    /** A unit of work is done. */
    UNIT_DONE,
    /** A unit is done, and the reply was, id apart, byte for byte what the upstream sends. */
    UNIT_DONE_IDENTICAL
  }
}
