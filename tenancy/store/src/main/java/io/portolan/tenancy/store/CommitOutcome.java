package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a batch. */
public sealed interface CommitOutcome<R extends Record, S extends Record> {
  /** All of it is written, durably. */
  record Applied<R extends Record, S extends Record>() implements CommitOutcome<R, S> {}

  /**
   * A condition did not hold; nothing is written. Of a batch that had to be looked for after a
   * time-out that is true as far as {@link Unknown} says.
   *
   * @param statics the partition's static columns at that time; null when there were none
   * @param rows those of the rows the batch would have written that were there at that time
   */
  record Conflict<R extends Record, S extends Record>(@Nullable S statics, List<R> rows)
      implements CommitOutcome<R, S> {
    public Conflict {
      rows = List.copyOf(rows);
    }
  }

  /**
   * It may be written, be written later, or never. Committing the same batch again, with the same
   * id, settles it, by what it wrote: a batch of which others have overwritten everything meanwhile
   * is taken for one that was not written. Where that matters it puts a row that stays.
   *
   * @param reason what was waited for, for the log
   */
  record Unknown<R extends Record, S extends Record>(String reason)
      implements CommitOutcome<R, S> {}
}
