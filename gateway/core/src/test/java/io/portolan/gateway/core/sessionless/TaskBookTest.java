package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TaskBookTest {
  private final TaskBooks books = new TaskBooks();
  private final TaskBook book = books.of(Principal.ANONYMOUS, "one");

  private static TaskBook.Entry entry(String id, String status) {
    return new TaskBook.Entry(id, Slice.utf8("{}"), status, null);
  }

  @Test
  void soManyTasksAreKeptAndTheOldestGoes() {
    for (int i = 0; i < TaskBook.TASKS_MAX; i++) {
      book.note(entry("t" + i, "working"));
    }
    assertThat(book.find("t0")).isNotNull();
    book.note(entry("t0", "completed")); // news of it make it the newest
    book.note(entry("more", "working"));
    assertThat(book.all()).hasSize(TaskBook.TASKS_MAX);
    assertThat(book.find("t1")).isNull();
    assertThat(book.find("t0")).isNotNull();
    assertThat(book.all().getFirst().id()).isEqualTo("more");
  }

  @Test
  void soManyBytesOfResultsAreKept() {
    var large = Slice.of(new byte[4 << 20]);
    assertThat(book.keeps(Slice.of(new byte[(4 << 20) + 1]))).isFalse();
    for (int i = 0; i < 16; i++) {
      assertThat(book.keeps(large)).as("result %d", i).isTrue();
      book.note(new TaskBook.Entry("r" + i, Slice.empty(), "completed", large));
    }
    assertThat(book.keeps(large)).isFalse();
    book.clear();
    assertThat(book.keeps(large)).isTrue();
  }

  @Test
  void whatWasCancelledStaysCancelled() {
    book.note(entry("t", "cancelled"));
    book.note(entry("t", "completed"));
    assertThat(book.all())
        .singleElement()
        .extracting(TaskBook.Entry::status)
        .isEqualTo("cancelled");
  }

  @Test
  void everyoneHasABookOfTheirOwn() {
    book.note(entry("t", "working"));
    assertThat(books.of(Principal.ANONYMOUS, "one").find("t")).isNotNull();
    assertThat(books.of(Principal.ANONYMOUS, "two").find("t")).isNull();
    assertThat(books.of(new Principal(TenantId.DEVELOPMENT, "mallory"), "one").find("t")).isNull();
  }

  @Test
  void noIdIsGivenTwice() {
    var now = Instant.EPOCH;
    assertThat(book.newId(now)).isNotEqualTo(books.of(Principal.ANONYMOUS, "two").newId(now));
  }
}
