package io.portolan.tenancy.access;

import org.jspecify.annotations.Nullable;

/** What one caller may do with one item. Immutable and thread-safe. */
public interface Permission {
  /** Everything. */
  Permission OPEN =
      new Permission() {
        @Override
        public boolean exists() {
          return true;
        }

        @Override
        public Decision decide(Attempt attempt) {
          return new Decision.Allowed("");
        }
      };

  /**
   * Whether there is any attempt that might be allowed. What does not exist for a caller is not
   * listed, and asking for it must not be told apart from asking for what there is not.
   */
  boolean exists();

  /** Decides on one attempt. Blocks on nothing. */
  Decision decide(Attempt attempt);

  /** Whether results of attempts that were allowed have to be shown to {@link #afterwards}. */
  default boolean looksAtResults() {
    return false;
  }

  /** Decides whether the result of an attempt that was allowed may be seen. Blocks on nothing. */
  default Decision afterwards(Attempt attempt) {
    return new Decision.Allowed("");
  }

  /** What looks at the texts of an attempt that is allowed; null when nothing does. */
  default @Nullable Screening screening(Stage stage) {
    return null;
  }
}
