package io.portolan.e2e.faults;

/** What the bytes from server to client suffer on one connection. */
public sealed interface Trouble {
  Trouble NONE = new Latency(0);

  /** Everything comes later. */
  record Latency(int millis) implements Trouble {}

  /** No more than so many bytes a second. */
  record Bandwidth(int bytesPerSecond) implements Trouble {}

  /** RST after so many bytes. */
  record Reset(int afterBytes) implements Trouble {}

  /** An orderly end after so many bytes, wherever that is. */
  record Truncate(int afterBytes) implements Trouble {}

  /** Nothing more after so many bytes, and nobody is told. */
  record HalfOpen(int afterBytes) implements Trouble {}
}
