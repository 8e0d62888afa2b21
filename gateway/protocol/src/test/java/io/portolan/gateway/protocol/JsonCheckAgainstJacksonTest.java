package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.JsonLimits.Duplicates;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Another parser's opinion on the same texts. */
class JsonCheckAgainstJacksonTest {
  private static final JsonLimits LIMITS =
      new JsonLimits(1 << 20, 400, 1_000_000, 900, Duplicates.REFUSE);
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final byte[] TELLING =
      "{}[]\":,\\ \n\t0159-+.eEtrufalsn/bx\0\u001f".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void mutationsOfValidTextsAreJudgedAlike(long seed) {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 600; i++) {
      var text = json.value(4).getBytes(StandardCharsets.UTF_8);
      assertAlike(text, seed, i);
      for (int k = 0; k < 8 && text.length > 0; k++) {
        text = mutate(text, random);
        assertAlike(text, seed, i);
      }
    }
  }

  private static void assertAlike(byte[] text, long seed, int round) {
    var other = jacksonAccepts(text);
    if (other.isPresent()) {
      assertThat(accepts(text))
          .as("seed %d, round %d: %s", seed, round, Slice.of(text))
          .isEqualTo(other.get());
    }
  }

  private static boolean accepts(byte[] text) {
    try {
      JsonCheck.value(Slice.of(text), LIMITS);
      return true;
    } catch (MalformedJson _) {
      return false;
    }
  }

  /**
   * Jackson reads characters here: it is not strict about UTF-8, which the JDK's decoder is. It has
   * no say where it dislikes the escape of a lone surrogate, which RFC 8259 allows.
   */
  private static Optional<Boolean> jacksonAccepts(byte[] text) {
    try {
      var chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      try (var parser = JACKSON.createParser(ObjectReadContext.empty(), chars)) {
        if (parser.nextToken() == null) {
          return Optional.of(false);
        }
        parser.skipChildren();
        parser.getString(); // a string at the root is read no further than it must
        return Optional.of(parser.nextToken() == null);
      }
    } catch (CharacterCodingException _) {
      return Optional.of(false);
    } catch (JacksonException e) {
      return String.valueOf(e.getMessage()).contains("surrogate")
          ? Optional.empty()
          : Optional.of(false);
    }
  }

  private static byte[] mutate(byte[] text, SplittableRandom random) {
    var at = random.nextInt(text.length);
    return switch (random.nextInt(6)) {
      case 0 -> splice(text, at, at + 1, new byte[0]);
      case 1 -> splice(text, at, at, new byte[] {TELLING[random.nextInt(TELLING.length)]});
      case 2 -> splice(text, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 3 -> splice(text, at, at + 1, new byte[] {TELLING[random.nextInt(TELLING.length)]});
      case 4 -> splice(text, at, at, piece(text, random)); // a member may occur twice now
      default -> splice(text, at, Math.min(text.length, at + random.nextInt(1, 9)), new byte[0]);
    };
  }

  private static byte[] piece(byte[] text, SplittableRandom random) {
    var from = random.nextInt(text.length);
    return Arrays.copyOfRange(text, from, Math.min(text.length, from + random.nextInt(1, 20)));
  }

  private static byte[] splice(byte[] text, int from, int to, byte[] piece) {
    var result = new byte[text.length - (to - from) + piece.length];
    System.arraycopy(text, 0, result, 0, from);
    System.arraycopy(piece, 0, result, from, piece.length);
    System.arraycopy(text, to, result, from + piece.length, text.length - to);
    return result;
  }
}
