package io.portolan.inference.core.compute;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * There is no instruction here that multiplies bytes and adds to ints. Values of at most 63 in size
 * have products of at most 3969, of which eight fit a short: so eight are summed as shorts, sixteen
 * lanes at a time, before they are widened.
 */

/** Inner products of small integers with the Vector API. Stateless. */
final class Int8Dots {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANE_COUNT = 16;
  private static final int STRIDE = 8 * LANE_COUNT;

  void dots(short[] query, byte[] rows, int from, int count, int[] out) {
    int width = query.length;
    int whole = width - width % STRIDE;
    for (int row = 0, at = from; row < count; row++, at += width) {
      var sum = IntVector.zero(INTS);
      for (int i = 0; i < whole; i += STRIDE) {
        var s0 = product(query, rows, at, i);
        var s1 = product(query, rows, at, i + LANE_COUNT);
        s0 = s0.add(product(query, rows, at, i + 2 * LANE_COUNT));
        s1 = s1.add(product(query, rows, at, i + 3 * LANE_COUNT));
        s0 = s0.add(product(query, rows, at, i + 4 * LANE_COUNT));
        s1 = s1.add(product(query, rows, at, i + 5 * LANE_COUNT));
        s0 = s0.add(product(query, rows, at, i + 6 * LANE_COUNT));
        s1 = s1.add(product(query, rows, at, i + 7 * LANE_COUNT));
        var eight = s0.add(s1);
        sum =
            sum.add(eight.convertShape(VectorOperators.S2I, INTS, 0))
                .add(eight.convertShape(VectorOperators.S2I, INTS, 1));
      }
      int total = sum.reduceLanes(VectorOperators.ADD);
      for (int i = whole; i < width; i++) {
        total += query[i] * rows[at + i];
      }
      out[row] = total;
    }
  }

  private static ShortVector product(short[] query, byte[] rows, int at, int i) {
    var row = ByteVector.fromArray(BYTES, rows, at + i);
    var wide = (ShortVector) row.convertShape(VectorOperators.B2S, SHORTS, 0);
    return wide.mul(ShortVector.fromArray(SHORTS, query, i));
  }
}
