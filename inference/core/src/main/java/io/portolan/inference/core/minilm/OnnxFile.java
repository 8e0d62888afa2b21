package io.portolan.inference.core.minilm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Of an ONNX file (a protobuf message) only what holds weights is read: ModelProto.graph is field
 * 7, GraphProto.node 1 and .initializer 5; NodeProto.input 1 and .name 3; TensorProto.dims 1,
 * .data_type 2, .name 8 and .raw_data 9. Everything else is skipped by its length. Weights lie
 * outside the heap, so that reading them takes no more of it than one buffer.
 */

/** The weights of an ONNX file and the names of the nodes that use them. */
final class OnnxFile {
  /** Weights, 32-bit, row by row. */
  record Tensor(List<Long> dimensions, MemorySegment values) {
    Tensor {
      dimensions = List.copyOf(dimensions);
    }

    float[] floats() {
      return values.toArray(FLOATS);
    }
  }

  static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long TENSOR_BYTES_MAX = 256L << 20;
  private static final int ENTRIES_MAX = 100_000;
  private static final int FLOAT = 1;

  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, List<String>> inputs = new HashMap<>();

  private OnnxFile() {}

  /**
   * Reads a file to its end.
   *
   * @throws IOException if it cannot be read, or is not of this form
   */
  static OnnxFile read(InputStream in) throws IOException {
    var file = new OnnxFile();
    var model = new Fields(in, Long.MAX_VALUE);
    while (model.next()) {
      if (model.isMessage(7)) {
        file.readGraph(model.message());
      } else {
        model.skip();
      }
    }
    return file;
  }

  /** Weights by their own name. */
  Tensor tensor(String name) throws IOException {
    var found = tensors.get(name);
    if (found == null) {
      throw new IOException("the model has no weights '" + name + "'");
    }
    return found;
  }

  /**
   * The weights that a node takes as its second input: they may have no name that says anything.
   */
  Tensor weightsOf(String node) throws IOException {
    var names = inputs.get(node);
    if (names == null || names.size() < 2) {
      throw new IOException("the model has no node '" + node + "' with weights");
    }
    return tensor(names.get(1));
  }

  private void readGraph(Fields graph) throws IOException {
    while (graph.next()) {
      if (tensors.size() + inputs.size() > ENTRIES_MAX) {
        throw new IOException("the model has more than " + ENTRIES_MAX + " parts");
      }
      if (graph.isMessage(1)) {
        readNode(graph.message());
      } else if (graph.isMessage(5)) {
        readTensor(graph.message());
      } else {
        graph.skip();
      }
    }
  }

  private void readNode(Fields node) throws IOException {
    var names = new ArrayList<String>();
    var name = "";
    while (node.next()) {
      if (node.isMessage(1)) {
        names.add(node.string());
      } else if (node.isMessage(3)) {
        name = node.string();
      } else {
        node.skip();
      }
    }
    inputs.put(name, names);
  }

  private void readTensor(Fields tensor) throws IOException {
    var dimensions = new ArrayList<Long>();
    long type = 0;
    var name = "";
    MemorySegment values = null;
    while (tensor.next()) {
      if (tensor.isNumber(1)) {
        dimensions.add(tensor.number());
      } else if (tensor.isMessage(1)) {
        var packed = tensor.message();
        while (packed.left > 0) {
          dimensions.add(packed.number());
        }
      } else if (tensor.isNumber(2)) {
        type = tensor.number();
      } else if (tensor.isMessage(8)) {
        name = tensor.string();
      } else if (tensor.isMessage(9)) {
        values = tensor.bytes();
      } else {
        tensor.skip();
      }
    }
    if (type == FLOAT && values != null) {
      tensors.put(name, checked(name, dimensions, values));
    }
  }

  private static Tensor checked(String name, List<Long> dimensions, MemorySegment values)
      throws IOException {
    long count = dimensions.stream().reduce(1L, Math::multiplyExact);
    if (count * Float.BYTES != values.byteSize()) {
      throw new IOException("weights '" + name + "' are not as long as they say");
    }
    return new Tensor(dimensions, values);
  }

  /** The fields of one message, read in their order; a message inside shares the stream. */
  private static final class Fields {
    private final InputStream in;
    private final @Nullable Fields outer;
    private long left;
    private int field;
    private int wire;

    Fields(InputStream in, long left) {
      this(in, left, null);
    }

    private Fields(InputStream in, long left, @Nullable Fields outer) {
      this.in = in;
      this.left = left;
      this.outer = outer;
    }

    boolean next() throws IOException {
      if (left == 0) {
        return false;
      }
      int first = in.read();
      if (first < 0) {
        if (outer == null) {
          return false;
        }
        throw new EOFException("the model ends too early");
      }
      taken(1);
      long tag = varint(first);
      field = (int) (tag >>> 3);
      wire = (int) (tag & 7);
      return true;
    }

    boolean isMessage(int number) {
      return field == number && wire == 2;
    }

    boolean isNumber(int number) {
      return field == number && wire == 0;
    }

    long number() throws IOException {
      return varint(octet());
    }

    Fields message() throws IOException {
      return new Fields(in, length(Long.MAX_VALUE), this);
    }

    String string() throws IOException {
      int length = (int) length(1 << 16);
      var bytes = in.readNBytes(length);
      taken(length);
      if (bytes.length < length) {
        throw new EOFException("the model ends too early");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }

    MemorySegment bytes() throws IOException {
      long length = length(TENSOR_BYTES_MAX);
      var values = Arena.ofAuto().allocate(length, 64);
      var buffer = new byte[1 << 16];
      for (long at = 0; at < length; ) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, length - at));
        if (read == 0) {
          throw new EOFException("the model ends too early");
        }
        MemorySegment.copy(buffer, 0, values, ValueLayout.JAVA_BYTE, at, read);
        at += read;
      }
      taken(length);
      return values;
    }

    void skip() throws IOException {
      switch (wire) {
        case 0 -> number();
        case 1 -> drop(8);
        case 2 -> drop(length(Long.MAX_VALUE));
        case 5 -> drop(4);
        default -> throw new IOException("the model is not a protobuf message");
      }
    }

    private void drop(long length) throws IOException {
      in.skipNBytes(length);
      taken(length);
    }

    private long length(long max) throws IOException {
      long length = number();
      if (length < 0 || length > max || length > left) {
        throw new IOException("the model has a part of " + length + " bytes");
      }
      return length;
    }

    private int octet() throws IOException {
      int value = in.read();
      if (value < 0) {
        throw new EOFException("the model ends too early");
      }
      taken(1);
      return value;
    }

    private long varint(int first) throws IOException {
      long value = first & 0x7F;
      int last = first;
      for (int shift = 7; (last & 0x80) != 0; shift += 7) {
        if (shift > 63) {
          throw new IOException("the model is not a protobuf message");
        }
        last = octet();
        value |= (long) (last & 0x7F) << shift;
      }
      return value;
    }

    /** What is read of a message is read of those around it. */
    private void taken(long bytes) throws IOException {
      for (var at = this; at != null; at = at.outer) {
        if (at.left != Long.MAX_VALUE) {
          at.left -= bytes;
        }
        if (at.left < 0) {
          throw new IOException("the model has a part that ends behind its whole");
        }
      }
    }
  }
}
