package io.portolan.gateway.protocol;

import java.util.Arrays;

/**
 * Writes a JSON text of our own, member by member. Commas are placed by the writer; the caller
 * keeps begin and end in balance. Not thread-safe.
 */
public final class JsonWriter {
  private byte[] buffer = new byte[256];
  private int size;
  private boolean comma;

  /** Opens an object as the next value. */
  public JsonWriter beginObject() {
    separate();
    return open('{');
  }

  /** Closes the innermost object. */
  public JsonWriter endObject() {
    return close('}');
  }

  /** Opens an array as the next value. */
  public JsonWriter beginArray() {
    separate();
    return open('[');
  }

  /** Closes the innermost array. */
  public JsonWriter endArray() {
    return close(']');
  }

  /** Writes a member's name; its value comes next. */
  public JsonWriter name(String name) {
    separate();
    append(JsonText.encode(name));
    append(':');
    comma = false;
    return this;
  }

  /** Writes a string value. */
  public JsonWriter value(String text) {
    return raw(JsonText.encode(text));
  }

  /** Writes an integer value. */
  public JsonWriter value(long number) {
    return raw(Slice.utf8(Long.toString(number)));
  }

  /** Writes a boolean value. */
  public JsonWriter value(boolean flag) {
    return raw(Slice.utf8(Boolean.toString(flag)));
  }

  /** Writes a value that is JSON already. */
  public JsonWriter raw(Slice json) {
    separate();
    append(json);
    comma = true;
    return this;
  }

  /** Writes a member with a string value. */
  public JsonWriter member(String name, String text) {
    return name(name).value(text);
  }

  /** Writes a member with an integer value. */
  public JsonWriter member(String name, long number) {
    return name(name).value(number);
  }

  /** Writes a member with a boolean value. */
  public JsonWriter member(String name, boolean flag) {
    return name(name).value(flag);
  }

  /** Writes a member whose value is JSON already. */
  public JsonWriter member(String name, Slice json) {
    return name(name).raw(json);
  }

  /** The text written so far; the writer must not be used afterwards. */
  public Slice toSlice() {
    return new Slice(buffer, 0, size);
  }

  private JsonWriter open(char bracket) {
    append(bracket);
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    append(bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      append(',');
    }
  }

  private void append(char ascii) {
    reserve(1);
    buffer[size++] = (byte) ascii;
  }

  private void append(Slice bytes) {
    reserve(bytes.length());
    System.arraycopy(bytes.array(), bytes.from(), buffer, size, bytes.length());
    size += bytes.length();
  }

  private void reserve(int more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + more));
    }
  }
}
