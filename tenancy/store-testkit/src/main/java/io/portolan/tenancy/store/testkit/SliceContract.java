package io.portolan.tenancy.store.testkit;

import static io.portolan.tenancy.store.testkit.KitTables.ASCENDING;
import static io.portolan.tenancy.store.testkit.KitTables.DESCENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Limits;
import io.portolan.tenancy.store.Order;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Slice.Direction;
import io.portolan.tenancy.store.Slice.Edge;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slices: ranges, order, limits and paging, compared with a sorted map from a seed. */
public abstract class SliceContract extends StoreContract {
  private static final Comparator<Position> BY_VALUE =
      Comparator.comparingInt(Position::day).thenComparing(Position::name);

  /** Made by JUnit. */
  protected SliceContract() {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void everySliceIsWhatASortedMapGives(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    for (var table : List.of(ASCENDING, DESCENDING)) {
      var topic = new Topic("seed " + seed);
      var model = fill(table, topic, random);
      for (int i = 0; i < 40; i++) {
        var slice = randomSlice(random);
        assertThat(readAll(table, topic, slice))
            .as("seed %d, %s, %s", seed, table, slice)
            .isEqualTo(expected(model, table, slice));
      }
    }
  }

  private SortedMap<Position, Entry> fill(
      QuorumTable<Topic, Position, Entry> table, Topic topic, SplittableRandom random)
      throws InterruptedException {
    var model = new TreeMap<Position, Entry>(BY_VALUE);
    for (int i = 0; i < 60; i++) {
      var key = randomKey(random);
      if (random.nextInt(6) == 0) {
        tables().delete(table.at(topic), key);
        model.remove(key);
      } else {
        var entry = new Entry(key, i);
        tables().put(table.at(topic), entry);
        model.put(key, entry);
      }
    }
    return model;
  }

  private static Position randomKey(SplittableRandom random) {
    return new Position(random.nextInt(-3, 4), "n" + random.nextInt(12));
  }

  private static Slice<Position> randomSlice(SplittableRandom random) {
    var slice = Slice.<Position>all(random.nextInt(1, 20));
    if (random.nextBoolean()) {
      slice = slice.backward();
    }
    return switch (random.nextInt(6)) {
      case 0 -> slice;
      case 1 -> slice.atLeast(randomKey(random));
      case 2 -> slice.above(randomKey(random)).atMost(randomKey(random));
      case 3 -> slice.startingWith(random.nextInt(-3, 4));
      case 4 -> {
        var day = random.nextInt(-3, 4);
        yield slice
            .startingWith(day)
            .above(new Position(day, "n3"))
            .atMost(new Position(day, "n7"));
      }
      default -> slice.below(randomKey(random));
    };
  }

  private List<Entry> readAll(
      QuorumTable<Topic, Position, Entry> table, Topic topic, Slice<Position> slice)
      throws InterruptedException {
    var rows = new ArrayList<Entry>();
    @Nullable String token = null;
    do {
      var page = tables().slice(table.at(topic), slice.after(token));
      assertThat(page.rows().size()).isLessThanOrEqualTo(slice.limit());
      rows.addAll(page.rows());
      token = page.next();
    } while (token != null);
    return rows;
  }

  private static List<Entry> expected(
      SortedMap<Position, Entry> model,
      QuorumTable<Topic, Position, Entry> table,
      Slice<Position> slice) {
    var rows = new ArrayList<>(model.values().stream().filter(row -> within(row, slice)).toList());
    var forward = slice.direction() == Direction.FORWARD;
    var ascending = table.shape().order() == Order.ASCENDING;
    return forward == ascending ? rows : rows.reversed();
  }

  private static boolean within(Entry row, Slice<Position> slice) {
    var prefix = slice.prefix();
    var lower = slice.lower();
    var upper = slice.upper();
    return (prefix.isEmpty() || prefix.getFirst().equals(row.key().day()))
        && (lower == null || inside(BY_VALUE.compare(row.key(), lower.key()), lower.edge()))
        && (upper == null || inside(BY_VALUE.compare(upper.key(), row.key()), upper.edge()));
  }

  private static boolean inside(int compared, Edge edge) {
    return edge == Edge.INCLUDED ? compared >= 0 : compared > 0;
  }

  @Test
  void aPageEndsAtItsLimitAndSaysWhetherMoreFollows() throws Exception {
    var topic = ASCENDING.at(new Topic("five"));
    for (int i = 0; i < 5; i++) {
      tables().put(topic, new Entry(new Position(1, "n" + i), i));
    }

    assertThat(tables().slice(topic, Slice.all(5)).next()).isNull();
    var page = tables().slice(topic, Slice.all(4));
    assertThat(page.rows()).hasSize(4);
    assertThat(tables().slice(topic, Slice.<Position>all(4).after(page.next())).rows())
        .containsExactly(new Entry(new Position(1, "n4"), 4));
  }

  @Test
  void aTokenGoesOnBehindItsRowWhateverHappensToIt() throws Exception {
    var topic = ASCENDING.at(new Topic("moving"));
    for (int i = 0; i < 4; i++) {
      tables().put(topic, new Entry(new Position(i, "n"), i));
    }
    var page = tables().slice(topic, Slice.all(2));
    tables().delete(topic, new Position(1, "n"));
    tables().put(topic, new Entry(new Position(0, "before"), 9));

    assertThat(tables().slice(topic, Slice.<Position>all(9).after(page.next())).rows())
        .extracting(Entry::value)
        .containsExactly(2L, 3L);
  }

  @Test
  void aTokenIsOfNoUseElsewhere() throws Exception {
    var topic = ASCENDING.at(new Topic("tokens"));
    for (int i = 0; i < 3; i++) {
      tables().put(topic, new Entry(new Position(i, "n"), i));
    }
    var token = tables().slice(topic, Slice.all(1)).next();
    var next = Slice.<Position>all(1).after(token);
    var mine = tables();
    var other = store().at(newTenant(), soon());

    assertThat(mine.slice(topic, next).rows()).hasSize(1);
    assertRefused(() -> other.slice(topic, next));
    assertRefused(() -> mine.slice(ASCENDING.at(new Topic("other")), next));
    assertRefused(() -> mine.slice(DESCENDING.at(new Topic("tokens")), next));
    assertRefused(() -> mine.slice(topic, next.backward()));
    assertRefused(() -> mine.slice(topic, next.atLeast(new Position(0, "a"))));
    for (var garbage : List.of("", "?", "AAAA", token + "AAAA", "A".repeat(70_000))) {
      assertRefused(() -> mine.slice(topic, next.after(garbage)));
    }
  }

  private static void assertRefused(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("paging token");
  }

  @Test
  void aLimitOutOfBoundsIsRefused() {
    assertThat(Slice.all(Limits.PAGE_ROWS_MAX).limit()).isEqualTo(Limits.PAGE_ROWS_MAX);
    for (var wrong : new int[] {0, -1, Limits.PAGE_ROWS_MAX + 1}) {
      assertThatThrownBy(() -> Slice.all(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
