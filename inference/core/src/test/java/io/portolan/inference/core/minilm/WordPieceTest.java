package io.portolan.inference.core.minilm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.portolan.inference.core.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tokens beside those of the tokenizer that the model was published with. */
@SuppressWarnings("NullAway.Init")
class WordPieceTest {
  private static WordPiece ours;

  @BeforeAll
  static void readVocabulary() throws IOException {
    ours = new WordPiece(vocabulary(), Encoder.TEXT_TOKENS_MAX);
  }

  private static Vocabulary vocabulary() throws IOException {
    try (var in = WordPieceTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      return Vocabulary.read(in);
    }
  }

  @Test
  void tokensAreThoseOfTheReference() throws Exception {
    var texts = new ArrayList<>(Texts.some(500, 17));
    texts.addAll(
        List.of(
            "",
            " ",
            "\t\n\r  \u00a0\u2003\u3000",
            "a\u0000b\u0007c\ufffdd\u200be\u00adf\u2028g\u0085h\u000bi",
            "x".repeat(100),
            "x".repeat(101),
            "é".repeat(100) + " " + "e\u0301".repeat(101),
            "中文ab中cd文",
            "\uD840\uDC00\uD869\uDF00 rare ideographs \uF900",
            "😀😀👍🏽",
            "ΣΑΣ ΣΊΣΥΦΟΣ",
            "İIıi ǅ ß ẞ ﬀ",
            "한글 자모 \u1112\u1161\u11ab",
            "a.b,c;d:e!f?g(h)i[j]k{l}m<n>o=p+q-r*s/t\\u|v^w~x`y@z#$%&",
            "«quotes» „low“ ‹single› 、。・「」！？",
            "##ing ##s un##known",
            "can't  don''t ...... ----",
            "\u0301\u0302 marks alone"));
    try (var in = WordPieceTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json");
        var reference =
            HuggingFaceTokenizer.newInstance(
                in, Map.of("padding", "false", "maxLength", "256", "truncation", "true"))) {
      for (var text : texts) {
        var expected = Arrays.stream(reference.encode(text).getIds()).mapToInt(id -> (int) id);
        assertThat(ours.tokens(text)).as(text).containsExactly(expected.toArray());
      }
    }
  }

  @Test
  void aTextThatNamesAMarkHasNone() {
    assertThat(Arrays.stream(ours.tokens("[SEP] [MASK]")).filter(id -> id > 99 && id < 104))
        .containsExactly(101, 102);
  }

  @Test
  void noTextHasMoreTokensThanTheLimit() {
    assertThat(ours.tokens("a ".repeat(254))).hasSize(256);
    assertThat(ours.tokens("a ".repeat(255))).hasSize(256);
    assertThat(ours.tokens("!".repeat(100_000))).hasSize(256).endsWith(102);
  }
}
