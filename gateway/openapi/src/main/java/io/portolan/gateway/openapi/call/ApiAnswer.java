package io.portolan.gateway.openapi.call;

/** What an API answered. Immutable, as long as nobody writes to the bytes. */
public final class ApiAnswer {
  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Cut cut;

  /** Whether there was more than is here. */
  public enum Cut {
    WHOLE,
    BEGINNING
  }

  /**
   * @param contentType as it was sent; empty where none was
   * @param body nobody writes to it any more; the beginning of it, where it is an error
   */
  public ApiAnswer(int status, String contentType, byte[] body, Cut cut) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.cut = cut;
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  Cut cut() {
    return cut;
  }
}
