package io.portolan.gateway.protocol;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/*
 * An array that grows by doubling leaves twice its size behind, straight in the old generation. A
 * peer that floods would have the whole process stop for one collection after the other, and most
 * of what it sends is over the limit and thrown away. Native memory is given back at once.
 */

/**
 * Bytes gathered outside the heap until it is known how many they are. As large as what is added,
 * rounded up to a MiB: who adds knows the limit. Used by the thread that made it; {@link #close}
 * frees it.
 */
public final class LongBytes implements AutoCloseable {
  /** How much memory is taken at a time. */
  public static final int PIECE_BYTES = 1 << 20;

  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> pieces = new ArrayList<>();
  private int room; // left in the last piece

  /** Adds bytes behind the others. */
  public void add(byte[] bytes, int from, int length) {
    for (int at = from, left = length; left > 0; ) {
      if (room == 0) {
        pieces.add(arena.allocate(PIECE_BYTES));
        room = PIECE_BYTES;
      }
      var count = Math.min(left, room);
      MemorySegment.copy(
          bytes, at, pieces.getLast(), ValueLayout.JAVA_BYTE, PIECE_BYTES - room, count);
      room -= count;
      at += count;
      left -= count;
    }
  }

  /** How many bytes may be added before another piece is taken. */
  public int room() {
    return room;
  }

  /** How many bytes were added. */
  public long size() {
    return (long) pieces.size() * PIECE_BYTES - room;
  }

  /** All of them, in an array of just that size. */
  public byte[] all() {
    var all = new byte[Math.toIntExact(size())];
    var at = 0;
    for (var piece : pieces) {
      var length = Math.min(PIECE_BYTES, all.length - at);
      MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, all, at, length);
      at += length;
    }
    return all;
  }

  @Override
  public void close() {
    arena.close();
  }
}
