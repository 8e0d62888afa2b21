package io.portolan.tenancy.outbound;

import java.io.IOException;

/** Somebody named an address that the gateway does not go to. The message is for who named it. */
public final class OutboundRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Refused.
   *
   * @param message names what was sent and what is expected, and nothing that was found out
   */
  public OutboundRefusedException(String message) {
    super(message);
  }
}
