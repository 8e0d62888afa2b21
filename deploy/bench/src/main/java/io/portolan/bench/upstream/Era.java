package io.portolan.bench.upstream;

/** Which revisions of MCP a path of the upstream speaks. */
enum Era {
  /** 2025-11-25 and before: {@code initialize}, sessions. */
  LEGACY,
  /** 2026-07-28: stateless. */
  MODERN
}
