package io.portolan.mcp.kit;

/** Which protocol eras a door is open for. */
public enum Eras {
  /** Both, on the same door. */
  DUAL,
  /** 2025-11-25 and older. */
  LEGACY,
  /** 2026-07-28. */
  MODERN;

  public boolean legacy() {
    return this != MODERN;
  }

  public boolean modern() {
    return this != LEGACY;
  }
}
