package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpliceTest {
  private record Edit(int from, int to, String replacement) {}

  /** Whatever is replaced, in whatever order, every byte outside the edits is still there. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void everythingOutsideTheEditsIsKept(long seed) throws Exception {
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var text = new RandomJson(random).value(3) + "....";
      var bytes = ("<<" + text + ">>").getBytes(StandardCharsets.UTF_8);
      var original = new Slice(bytes, 2, bytes.length - 2);
      var edits = edits(original, random);
      var expected = new ByteArrayOutputStream();
      var at = original.from();
      for (var edit : edits) {
        expected.write(bytes, at, edit.from() - at);
        Slice.utf8(edit.replacement()).writeTo(expected);
        at = edit.to();
      }
      expected.write(bytes, at, original.to() - at);
      Collections.shuffle(edits, random);
      var splice = new Splice(original);
      for (var edit : edits) {
        splice.replace(new Slice(bytes, edit.from(), edit.to()), Slice.utf8(edit.replacement()));
      }
      assertThat(splice.apply().join().toBytes())
          .as("seed %d, round %d", seed, round)
          .isEqualTo(expected.toByteArray());
    }
  }

  /** In order, not overlapping, at most one insertion at any place. */
  private static List<Edit> edits(Slice original, Random random) {
    var edits = new ArrayList<Edit>();
    var at = original.from();
    while (at < original.to()) {
      if (random.nextInt(4) == 0) {
        edits.add(new Edit(at, at, "i".repeat(random.nextInt(3))));
      }
      var to = Math.min(original.to(), at + random.nextInt(1, 5));
      edits.add(new Edit(at, to, "x".repeat(random.nextInt(4))));
      at = to + random.nextInt(8);
    }
    return edits;
  }

  @Test
  void insertionsAtOnePlaceKeepTheirOrder() {
    var text = Slice.utf8("abc");
    var splice =
        new Splice(text)
            .insert(1, Slice.utf8("1"))
            .replace(new Slice(text.array(), 1, 2), Slice.utf8("B"))
            .insert(1, Slice.utf8("2"))
            .insert(2, Slice.utf8("3"))
            .insert(0, Slice.utf8("0"))
            .insert(3, Slice.utf8("4"));
    assertThat(splice.apply()).hasToString("0a12B3c4");
  }

  @Test
  void editsThatOverlapAreRefused() {
    var text = Slice.utf8("abcdef");
    var splice = new Splice(text).replace(new Slice(text.array(), 2, 4), Slice.utf8("x"));
    for (var at : new int[][] {{2, 4}, {1, 3}, {3, 5}, {3, 3}, {0, 6}, {2, 3}}) {
      var region = new Slice(text.array(), at[0], at[1]);
      assertThatThrownBy(() -> splice.replace(region, Slice.empty()))
          .as("%d to %d", at[0], at[1])
          .isInstanceOf(IllegalArgumentException.class);
    }
    splice.replace(new Slice(text.array(), 0, 2), Slice.utf8("1"));
    splice.replace(new Slice(text.array(), 4, 6), Slice.utf8("2"));
    assertThat(splice.apply()).hasToString("1x2");
  }

  @Test
  void regionsOutsideTheMessageAreRefused() {
    var text = Slice.utf8("abcdef");
    var inner = new Slice(text.array(), 2, 4);
    assertThatThrownBy(() -> new Splice(inner).replace(text, Slice.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Splice(inner).insert(5, Slice.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Splice(text).replace(Slice.utf8("abcdef"), Slice.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutEditsTheMessageIsTheOriginal() {
    var text = Slice.utf8("abc");
    assertThat(new Splice(text).isEmpty()).isTrue();
    assertThat(new Splice(text).apply().join()).isSameAs(text);
  }

  @Test
  void aTextIsReplacedByItsEncoding() {
    var text = Slice.utf8("{\"name\":\"a\"}");
    var splice = new Splice(text).replaceString(new Slice(text.array(), 8, 11), "b\"\n");
    assertThat(splice.apply()).hasToString("{\"name\":\"b\\\"\\u000a\"}");
  }

  @Test
  void aPayloadIsTheSameHoweverItIsTakenOut() throws Exception {
    var text = Slice.utf8("abc");
    var one = new Splice(text).insert(1, Slice.utf8("1")).apply();
    var both = Payload.concat(List.of(one, Payload.of("xyz")));
    var out = new ByteArrayOutputStream();
    both.writeTo(out);
    var copy = new byte[both.length() + 2];
    assertThat(both.copyTo(copy, 2)).isEqualTo(copy.length);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a1bcxyz");
    assertThat(both.join().text()).isEqualTo("a1bcxyz");
    assertThat(new Slice(copy, 2, copy.length)).isEqualTo(both.join());
  }
}
