package io.portolan.standalone.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The client closed the side it reads from: nothing is left to do for it. */
final class ClientGoneException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  ClientGoneException(IOException cause) {
    super("the client no longer reads", cause);
  }
}
