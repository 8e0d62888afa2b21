package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/*
 * Pages are laid out when they are first asked for and kept: a list that nobody reads, such as those
 * in between while many servers start, costs no copying. A cursor says where its page ended twice,
 * by index and by key, so it stays good when the list changes between two pages. The key is hashed:
 * keys may be long, and are any text a server chose.
 */

/** One list of one view, in pages that are ready to send. Immutable as seen from outside. */
public final class Listing {
  private static final int PAGE_ITEMS_MAX = 1_000;
  private static final int PAGE_BYTES_MAX = 512 << 10;
  private static final String CURSOR_VERSION = "1";

  /** A list without items. */
  public static final Listing EMPTY = new Listing(List.of());

  /**
   * One page.
   *
   * @param array the items as a JSON array
   * @param nextCursor what to ask for next; null on the last page
   */
  public record Page(Slice array, @Nullable String nextCursor) {}

  /** The place behind an item: its index when the page was made, and the hash of its key. */
  private record Cursor(int index, int keyHash) {
    boolean isAt(Item item) {
      return item.key().hashCode() == keyHash;
    }
  }

  private final List<Item> items;
  private final long bytes;
  private final int[] pageStarts;
  private final AtomicReferenceArray<@Nullable Page> pages;

  /** A list of these items, in this order. */
  public Listing(List<Item> items) {
    this.items = List.copyOf(items);
    this.bytes = items.stream().mapToLong(item -> item.json().length()).sum();
    this.pageStarts = pageStarts();
    this.pages = new AtomicReferenceArray<>(pageStarts.length);
  }

  private int[] pageStarts() {
    var starts = new ArrayList<Integer>(1);
    var from = 0;
    do {
      starts.add(from);
      from = pageEnd(from);
    } while (from < items.size());
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The items in order. */
  public List<Item> items() {
    return items;
  }

  /** How many bytes the items have. */
  long bytes() {
    return bytes;
  }

  /** The page a cursor asks for, the first one without a cursor; null for a cursor not of ours. */
  public @Nullable Page page(@Nullable String cursor) {
    if (cursor == null || cursor.isEmpty()) {
      return page(0);
    }
    var after = decode(cursor);
    return after == null ? null : page(following(after));
  }

  /** Where to go on: behind the item, or, when it is gone, at the one that took its place. */
  private int following(Cursor cursor) {
    var index = Math.min(cursor.index(), items.size());
    if (index < items.size() && cursor.isAt(items.get(index))) {
      return index + 1;
    }
    for (int i = 0; i < items.size(); i++) {
      if (cursor.isAt(items.get(i))) {
        return i + 1;
      }
    }
    return index;
  }

  private Page page(int from) {
    for (int i = 0; i < pageStarts.length; i++) {
      if (pageStarts[i] == from) {
        var ready = pages.get(i);
        if (ready == null) {
          ready = layOut(from, pageEnd(from));
          pages.set(i, ready);
        }
        return ready;
      }
    }
    return layOut(from, pageEnd(from));
  }

  private int pageEnd(int from) {
    var bytes = 0;
    var to = from;
    while (to < items.size() && to - from < PAGE_ITEMS_MAX) {
      bytes += items.get(to).json().length() + 1;
      if (bytes > PAGE_BYTES_MAX && to > from) {
        break;
      }
      to++;
    }
    return to;
  }

  private Page layOut(int from, int to) {
    var length = 2 + Math.max(0, to - from - 1);
    for (int i = from; i < to; i++) {
      length += items.get(i).json().length();
    }
    var array = new byte[length];
    var at = 0;
    array[at++] = '[';
    for (int i = from; i < to; i++) {
      if (i > from) {
        array[at++] = ',';
      }
      var json = items.get(i).json();
      System.arraycopy(json.array(), json.from(), array, at, json.length());
      at += json.length();
    }
    array[at] = ']';
    return new Page(Slice.of(array), to < items.size() ? encode(to - 1) : null);
  }

  private String encode(int index) {
    var text = CURSOR_VERSION + ":" + index + ":" + items.get(index).key().hashCode();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Cursor decode(String cursor) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      var parts = text.split(":", -1);
      if (parts.length != 3 || !parts[0].equals(CURSOR_VERSION)) {
        return null;
      }
      var index = Integer.parseInt(parts[1]);
      return index < 0 ? null : new Cursor(index, Integer.parseInt(parts[2]));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether two lists show the same items in the same order. */
  public boolean sameAs(Listing other) {
    return this == other || items.equals(other.items);
  }
}
