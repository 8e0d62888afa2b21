package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Answers every call with 500 and a page for people. */
public final class ServerErrors implements CallFault {
  @Override
  public Answer to(Received call) {
    var page = "<html><body>NullPointerException at com.example.Secret</body></html>";
    return new Answer.Wire(
        out ->
            out.put(
                "HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: "
                    + page.length()
                    + "\r\n\r\n"
                    + page));
  }
}
