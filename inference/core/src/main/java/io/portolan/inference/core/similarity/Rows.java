package io.portolan.inference.core.similarity;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Blocks are as large as a cache close to a core: all queries look at a block before the next one is
 * read, so several queries take little longer than one.
 */

/** Vectors by row, in blocks, and what their bytes say of them. Guarded by its owner's lock. */
final class Rows {
  /** Rows of a block; 64 vectors of 384 are 96 KiB. */
  static final int BLOCK_ROWS = 64;

  /** Rows of an array: one that is growing is copied no more than this. */
  private static final int CHUNK_ROWS = 64 * BLOCK_ROWS;

  /** Below so many rows the bytes save nothing. */
  private static final int BYTES_FROM_ROWS = 2048;

  private final int width;
  private final Scan scan;
  private final List<Chunk> chunks = new ArrayList<>();

  /** Some rows, all of one block. */
  record Span(int first, int rows) {}

  /** Vectors of up to {@link #CHUNK_ROWS} rows; bytes are empty where only floats are scanned. */
  private static final class Chunk {
    private float[] floats = {};
    private byte[] bytes = {};
    private float[] scales = {};
    private float[] errors = {};
  }

  Rows(int width, Scan scan) {
    this.width = width;
    this.scan = scan;
  }

  void put(int row, float[] vector) {
    if (row / CHUNK_ROWS == chunks.size()) {
      chunks.add(new Chunk());
    }
    var chunk = chunks.get(row / CHUNK_ROWS);
    int at = row % CHUNK_ROWS;
    grow(chunk, at + 1);
    System.arraycopy(vector, 0, chunk.floats, at * width, width);
    if (scan == Scan.INT8_THEN_FLOAT) {
      var rounded = Rounded.of(vector);
      rounded.copyInto(chunk.bytes, at * width);
      chunk.scales[at] = rounded.scale();
      chunk.errors[at] = rounded.error();
    }
  }

  private void grow(Chunk chunk, int rows) {
    if (rows * width <= chunk.floats.length) {
      return;
    }
    int room = Math.min(CHUNK_ROWS, Math.max(rows, Math.max(8, 2 * chunk.floats.length / width)));
    chunk.floats = Arrays.copyOf(chunk.floats, room * width);
    if (scan == Scan.INT8_THEN_FLOAT) {
      chunk.bytes = Arrays.copyOf(chunk.bytes, room * width);
      chunk.scales = Arrays.copyOf(chunk.scales, room);
      chunk.errors = Arrays.copyOf(chunk.errors, room);
    }
  }

  /** Puts the last row in place of a removed one and overwrites where the last one was. */
  void removeBy(int row, int last) {
    var from = chunks.get(last / CHUNK_ROWS);
    int fromAt = last % CHUNK_ROWS;
    if (row != last) {
      put(row, Arrays.copyOfRange(from.floats, fromAt * width, (fromAt + 1) * width));
    }
    Arrays.fill(from.floats, fromAt * width, (fromAt + 1) * width, 0);
    if (scan == Scan.INT8_THEN_FLOAT) {
      Arrays.fill(from.bytes, fromAt * width, (fromAt + 1) * width, (byte) 0);
    }
    if (fromAt == 0) {
      chunks.remove(last / CHUNK_ROWS);
    }
  }

  void clear() {
    chunks.clear();
  }

  /** A search over so many rows, of which only some may be allowed. */
  Search search(Query query, @Nullable BitSet allowed, int count) {
    return scan == Scan.FLOAT || count < BYTES_FROM_ROWS
        ? new FloatSearch(query, allowed)
        : new Int8Search(query, allowed);
  }

  void scan(List<Search> searches, int count, Kernels kernels) {
    for (int first = 0; first < count; first += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, count - first);
      var span = new Span(first, rows);
      for (var search : searches) {
        if (search.wants(span)) {
          search.look(this, span, kernels);
        }
      }
    }
  }

  void dots(float[] query, Span span, Kernels kernels, float[] out) {
    kernels.dots(query, chunk(span.first()).floats, place(span.first()) * width, span.rows(), out);
  }

  void dots(short[] query, Span span, Kernels kernels, int[] out) {
    kernels.dots(query, chunk(span.first()).bytes, place(span.first()) * width, span.rows(), out);
  }

  /** What one step of a row's bytes is worth, at {@link #place} of the row. */
  float[] scales(int row) {
    return chunk(row).scales;
  }

  /** How far a row is from its bytes, at {@link #place} of the row. */
  float[] errors(int row) {
    return chunk(row).errors;
  }

  static int place(int row) {
    return row % CHUNK_ROWS;
  }

  private Chunk chunk(int row) {
    return chunks.get(row / CHUNK_ROWS);
  }
}
