package io.portolan.gateway.openapi.call;

/** An argument that cannot be sent. The message is for the caller and names the argument. */
final class ArgumentException extends Exception {
  private static final long serialVersionUID = 1L;

  ArgumentException(String path, String message) {
    super(path + " " + message);
  }
}
