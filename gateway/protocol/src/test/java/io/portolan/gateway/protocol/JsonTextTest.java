package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonTextTest {
  private static final JsonFactory JACKSON = new JsonFactory();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatIsEncodedDecodesToItself(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 2_000; i++) {
      var text = random.nextBoolean() ? json.text(random.nextInt(40)) : anyCharacters(random);
      var encoded = JsonText.encode(text);
      assertThat(JsonCheck.value(encoded, JsonLimits.INBOUND)).isEqualTo(encoded);
      assertThat(encoded.string()).as("seed %d, round %d", seed, i).isEqualTo(text);
    }
  }

  private static String anyCharacters(SplittableRandom random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append((char) random.nextInt(random.nextBoolean() ? 0x10000 : 0x80));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void anyWayToWriteAStringIsDecodedAsJacksonDoes(long seed) {
    var json = new RandomJson(new SplittableRandom(seed));
    for (int i = 0; i < 2_000; i++) {
      var written = json.string();
      try (var parser = JACKSON.createParser(ObjectReadContext.empty(), written)) {
        parser.nextToken();
        assertThat(Slice.utf8(written).string())
            .as("seed %d: %s", seed, written)
            .isEqualTo(parser.getString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "\\ud800, d800",
    "\\udc00\\ud800, dc00 d800",
    "\\ud83d\\ude00, d83d de00",
    "\\ud83dx\\ude00, d83d 78 de00"
  })
  void surrogatesStayWhatTheyAre(String written, String codeUnits) {
    var decoded = Slice.utf8("\"" + written + "\"").string();
    var hex = new StringBuilder();
    decoded
        .chars()
        .forEach(c -> hex.append(hex.isEmpty() ? "" : " ").append(Integer.toHexString(c)));
    assertThat(hex).hasToString(codeUnits);
  }

  @Test
  void aLoneSurrogateIsWrittenAsAnEscape() {
    assertThat(JsonText.encode("a\ud800").text()).isEqualTo("\"a\\ud800\"");
  }
}
