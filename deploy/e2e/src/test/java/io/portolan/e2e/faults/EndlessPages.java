package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Lists one tool on each page, and always has another page. */
public final class EndlessPages implements ListFault {
  private final AtomicInteger pages = new AtomicInteger();

  @Override
  public Optional<Answer> to(Received request) {
    if (!request.is("tools/list")) {
      return Optional.empty();
    }
    var page = pages.incrementAndGet();
    return Optional.of(
        Answer.result(
            request,
            "{\"tools\":[{\"name\":\"t%d\",\"inputSchema\":{}}],\"nextCursor\":\"c%d\"}"
                .formatted(page, page)));
  }

  /** How many pages were asked for. */
  public int pages() {
    return pages.get();
  }
}
