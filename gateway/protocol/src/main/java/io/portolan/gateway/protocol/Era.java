package io.portolan.gateway.protocol;

/** The two kinds of MCP on the wire. */
public enum Era {
  /** 2025-11-25 and older: a session starts with {@code initialize}. */
  LEGACY,
  /** 2026-07-28: stateless, every request says what it speaks. */
  MODERN
}
