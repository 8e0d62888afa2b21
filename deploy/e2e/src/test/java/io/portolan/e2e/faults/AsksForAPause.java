package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Answers every call with 429 and asks to be left alone for a while. */
public final class AsksForAPause implements CallFault {
  private final int seconds;

  /** Asks for so many seconds. */
  public AsksForAPause(int seconds) {
    this.seconds = seconds;
  }

  @Override
  public Answer to(Received call) {
    return new Answer.Wire(
        out ->
            out.put(
                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: "
                    + seconds
                    + "\r\nContent-Length: 0\r\n\r\n"));
  }
}
