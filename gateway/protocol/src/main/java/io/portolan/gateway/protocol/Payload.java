package io.portolan.gateway.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message body as an ordered list of slices: the original's bytes with spliced pieces between
 * them. Writing it copies nothing. Immutable and safe for many threads.
 */
public final class Payload {
  private final List<Slice> parts;
  private final int length;

  private Payload(List<Slice> parts) {
    this.parts = parts;
    var sum = 0;
    for (int i = 0; i < parts.size(); i++) {
      sum = Math.addExact(sum, parts.get(i).length());
    }
    this.length = sum;
  }

  /** A body of one piece. */
  public static Payload of(Slice slice) {
    return new Payload(List.of(slice));
  }

  /** A body of one piece: the UTF-8 bytes of {@code json}. */
  public static Payload of(String json) {
    return of(Slice.utf8(json));
  }

  /** The bodies one after the other, as one. */
  public static Payload concat(List<Payload> bodies) {
    if (bodies.size() == 1) {
      return bodies.getFirst();
    }
    var parts = new ArrayList<Slice>();
    for (var body : bodies) {
      parts.addAll(body.parts);
    }
    return new Payload(List.copyOf(parts));
  }

  /** The first {@code count} of {@code parts}, none of which is null. */
  static Payload of(Slice[] parts, int count) {
    return new Payload(List.of(count == parts.length ? parts : Arrays.copyOf(parts, count)));
  }

  /** Total length in bytes. */
  public int length() {
    return length;
  }

  /** The pieces in order. */
  public List<Slice> parts() {
    return parts;
  }

  /** Writes all pieces in order; fails as the stream does. */
  public void writeTo(OutputStream out) throws IOException {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).writeTo(out);
    }
  }

  /** Copies the pieces into {@code target} from {@code at} on and returns the index after them. */
  public int copyTo(byte[] target, int at) {
    var next = at;
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      System.arraycopy(part.array(), part.from(), target, next, part.length());
      next += part.length();
    }
    return next;
  }

  /** The body as one slice: itself when it is one piece, a copy otherwise. */
  public Slice join() {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    var bytes = new byte[length];
    copyTo(bytes, 0);
    return Slice.of(bytes);
  }

  @Override
  public String toString() {
    return join().text();
  }
}
