package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonViewTest {

  /** Whatever the object, its names, values and the bytes between them make up the object again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void membersAndWhatIsBetweenThemMakeUpTheObject(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 500; i++) {
      var text = json.object(3);
      var object = JsonCheck.value(Slice.utf8(text), JsonLimits.INBOUND);
      var view = JsonView.of(object);
      var rebuilt = new StringBuilder();
      var at = object.from();
      for (int k = 0; k < view.size(); k++) {
        var name = view.rawName(k);
        var value = view.value(k);
        assertThat(JsonCheck.value(value, JsonLimits.INBOUND)).isEqualTo(value);
        assertThat(between(object, at, name.from())).matches(k == 0 ? "\\{\\s*" : "\\s*,\\s*");
        assertThat(between(object, name.to(), value.from())).matches("\\s*:\\s*");
        assertThat(view.indexOf(view.name(k))).as("seed %d: %s", seed, text).isEqualTo(k);
        rebuilt.append(between(object, at, value.from())).append(value.text());
        at = value.to();
      }
      rebuilt.append(between(object, at, object.to()));
      assertThat(rebuilt).hasToString(text);
      assertThat(view.duplicate()).isNull();
    }
  }

  private static String between(Slice object, int from, int to) {
    return new Slice(object.array(), from, to).text();
  }

  @Test
  void namesAreFoundHoweverTheyAreWritten() {
    var view =
        JsonView.of(Slice.utf8("{\"\\u0069d\":1,\"n\\u00e4me\":2,\"na\":3,\"\":4,\"a\\\\b\":5}"));
    assertThat(requireNonNull(view.get("id")).text()).isEqualTo("1");
    assertThat(requireNonNull(view.get("näme")).text()).isEqualTo("2");
    assertThat(requireNonNull(view.get("na")).text()).isEqualTo("3");
    assertThat(requireNonNull(view.get("")).text()).isEqualTo("4");
    assertThat(requireNonNull(view.get("a\\b")).text()).isEqualTo("5");
    assertThat(view.get("n")).isNull();
    assertThat(view.get("nam")).isNull();
    assertThat(view.get("idx")).isNull();
    assertThat(view.get("\\u0069d")).isNull();
  }

  @Test
  void aNameThatOccursTwiceIsTold() {
    assertThat(JsonView.of(Slice.utf8("{\"a\":1,\"b\":2,\"\\u0061\":3}")).duplicate())
        .isEqualTo("a");
    assertThat(JsonView.of(Slice.utf8("{\"a\":1,\"b\":{\"a\":1}}")).duplicate()).isNull();
  }

  @Test
  void whatIsNoObjectHasNoMembers() {
    assertThatThrownBy(() -> JsonView.of(Slice.utf8("[]")))
        .isInstanceOf(IllegalArgumentException.class);
    var view = JsonView.of(Slice.utf8("{\"s\":\"x\",\"o\":{},\"n\":1}"));
    assertThat(view.string("s")).isEqualTo("x");
    assertThat(view.string("n")).isNull();
    assertThat(view.view("o")).isNotNull();
    assertThat(view.view("s")).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theItemsOfAnArrayAreItsValuesInOrder(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 500; i++) {
      var values = new ArrayList<String>();
      for (int k = random.nextInt(6); k > 0; k--) {
        values.add(json.value(2));
      }
      var array = Slice.utf8("[ " + String.join(" ,\n", values) + "\t]");
      assertThat(JsonList.items(JsonCheck.value(array, JsonLimits.INBOUND)))
          .as("seed %d: %s", seed, array)
          .extracting(Slice::text)
          .containsExactlyElementsOf(values);
    }
  }
}
