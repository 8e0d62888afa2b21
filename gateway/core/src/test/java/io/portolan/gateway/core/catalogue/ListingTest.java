package io.portolan.gateway.core.catalogue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {
  private static Item item(String key, int bytes) {
    return new Item(key, Slice.utf8("{\"k\":\"" + key + "\",\"p\":\"" + "x".repeat(bytes) + "\"}"));
  }

  private static List<Item> items(int count, int bytes) {
    var items = new ArrayList<Item>();
    for (int i = 0; i < count; i++) {
      items.add(item("k" + i, bytes));
    }
    return items;
  }

  private static Listing.Page page(Listing list, @Nullable String cursor) {
    return requireNonNull(list.page(cursor));
  }

  /** What becomes of a list after a page whose last item is {@code seen}. */
  private interface Change {
    Listing apply(Listing list, Slice seen);
  }

  /** All items of all pages; the list may change between two pages. */
  private static List<Slice> read(Listing first, Change change) {
    var all = new ArrayList<Slice>();
    var list = first;
    String cursor = null;
    for (int pages = 0; pages < 1_000; pages++) {
      var page = page(list, cursor);
      all.addAll(JsonList.items(page.array()));
      cursor = page.nextCursor();
      if (cursor == null) {
        return all;
      }
      list = change.apply(list, all.getLast());
    }
    throw new AssertionError("the pages do not end");
  }

  private static boolean stays(Item item) {
    return item.key().endsWith("7");
  }

  private static List<Slice> json(List<Item> items) {
    return items.stream().map(Item::json).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 1_000, 1_001, 2_000, 2_001, 5_000})
  void thePagesHoldEachItemOnceAndInOrder(int count) {
    var items = items(count, 10);
    assertThat(read(new Listing(items), (same, _) -> same)).isEqualTo(json(items));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void largeItemsOfAnySizeAreAllThereToo(long seed) {
    var random = new SplittableRandom(seed);
    var items = new ArrayList<Item>();
    for (int i = random.nextInt(1, 40); i > 0; i--) {
      items.add(item("k" + random.nextInt(20), random.nextInt(400_000))); // keys occur twice, too
    }
    var list = new Listing(items);
    assertThat(read(list, (same, _) -> same)).isEqualTo(json(items));
    assertThat(read(list, (old, _) -> new Listing(old.items()))).isEqualTo(json(items));
  }

  @Test
  void anItemLargerThanAPageIsAPageOfItsOwn() {
    var items = items(3, 600_000);
    var page = page(new Listing(items), null);
    assertThat(JsonList.items(page.array())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatStaysInTheListIsSeenOnceWhateverComesAndGoes(long seed) {
    var random = new SplittableRandom(seed);
    var items = items(3_500, 10);
    var staying = new LinkedHashSet<>(items.stream().filter(ListingTest::stays).toList());
    var seen =
        read(
            new Listing(items),
            (old, last) -> {
              var next = new ArrayList<Item>();
              for (var item : old.items()) {
                // The item that a cursor names stays too: without it the place is a guess.
                if (staying.contains(item) || item.json().equals(last) || random.nextBoolean()) {
                  next.add(item);
                }
                if (random.nextInt(10) == 0) {
                  next.add(item("new" + random.nextLong(), 5));
                }
              }
              return new Listing(next);
            });
    assertThat(seen.stream().filter(new HashSet<>(json(List.copyOf(staying)))::contains).toList())
        .isEqualTo(json(List.copyOf(staying)));
  }

  @Test
  void aCursorOutlivesTheItemItNames() {
    var items = items(1_500, 10);
    var cursor = page(new Listing(items), null).nextCursor();
    var without = new ArrayList<>(items);
    without.remove(999);
    var page = page(new Listing(without), cursor);
    assertThat(JsonList.items(page.array()).getFirst()).isEqualTo(items.get(1_000).json());
    assertThat(page(Listing.EMPTY, cursor).array().text()).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "bm90IG91cnM", "MTow", "MTotMTow", "MjowOjA", "MTo5OTk5OTk5OTk5OTow"})
  void aCursorThatIsNotOursIsRefused(String cursor) {
    assertThat(new Listing(items(5, 1)).page(cursor)).isNull();
  }

  @Test
  void aPageIsLaidOutOnce() {
    var list = new Listing(items(1_500, 10));
    assertThat(list.page(null)).isSameAs(list.page(""));
    var cursor = page(list, null).nextCursor();
    assertThat(list.page(cursor)).isSameAs(list.page(cursor));
  }
}
