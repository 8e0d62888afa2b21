package io.portolan.gateway.protocol;

import java.util.List;
import java.util.Optional;

/** The released versions of MCP that are spoken here, oldest first. */
public enum ProtocolVersion {
  /** Spoken only to servers, over the HTTP+SSE transport or stdio. */
  V2024_11_05("2024-11-05"),
  V2025_03_26("2025-03-26"),
  V2025_06_18("2025-06-18"),
  V2025_11_25("2025-11-25"),
  /** Stateless: no sessions, no initialize. */
  V2026_07_28("2026-07-28");

  /** The newest version with sessions. */
  public static final ProtocolVersion LATEST_LEGACY = V2025_11_25;

  /** The newest version. */
  public static final ProtocolVersion LATEST = V2026_07_28;

  /** What a client without the version header is taken to speak. */
  public static final ProtocolVersion ASSUMED = V2025_03_26;

  private static final List<ProtocolVersion> ALL = List.of(values());
  private final String text;

  ProtocolVersion(String text) {
    this.text = text;
  }

  /** The version as it is written on the wire. */
  public String text() {
    return text;
  }

  /** Whether requests of this version are stateless. */
  public boolean isModern() {
    return this == V2026_07_28;
  }

  /** The version with this text, if it is one of ours. */
  public static Optional<ProtocolVersion> of(String text) {
    for (var version : ALL) {
      if (version.text.equals(text)) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }
}
