package io.portolan.gateway.core.search;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.List;

/** Ranks tools by what somebody is looking for. Safe for any number of threads. */
public interface ToolSearch {
  /** Most tools that are found at a time. */
  int HITS_MAX = 20;

  /** Most characters of a query. */
  int QUERY_MAX = 1_000;

  /**
   * What is looked for.
   *
   * @param text in words, 1 to {@value #QUERY_MAX} characters
   * @param hitsMax how many tools, 1 to {@value #HITS_MAX}
   * @param deadline until when the answer is of use
   */
  record Query(String text, int hitsMax, Deadline deadline) {
    /**
     * @throws IllegalArgumentException in words for whoever sent it
     */
    public Query {
      if (text.isBlank() || text.length() > QUERY_MAX) {
        throw new IllegalArgumentException(
            "query has " + text.length() + " characters; expected 1 to " + QUERY_MAX);
      }
      if (hitsMax < 1 || hitsMax > HITS_MAX) {
        throw new IllegalArgumentException("limit is " + hitsMax + "; expected 1 to " + HITS_MAX);
      }
    }
  }

  /** What became of a search. */
  sealed interface Outcome {
    /**
     * The best tools, the best one first.
     *
     * @param model what judged their meaning
     */
    record Found(List<Hit> hits, String model) implements Outcome {
      public Found {
        hits = List.copyOf(hits);
      }
    }

    /** Too much is being searched, or the tools have not been read yet. */
    record Busy(Duration retryAfter) implements Outcome {}
  }

  /**
   * A tool that was found.
   *
   * @param tool as it is listed
   * @param score the sum of {@code 1 / (60 + rank)} over both ranks
   * @param words its place by the words that it shares with the query
   * @param meaning its place by what it means
   */
  record Hit(Item tool, double score, Rank words, Rank meaning) {}

  /**
   * A place in one ranking.
   *
   * @param place from 1; 0 when it is in none
   * @param score what it was ranked by; more is better
   */
  record Rank(int place, double score) {}

  /**
   * Searches a list. Blocks until the deadline at most; nothing that is not in the list has any
   * influence on the answer.
   *
   * @param tools what exists for the caller
   */
  Outcome search(Listing tools, Query query) throws InterruptedException;
}
