package io.portolan.gateway.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final List<String> PIECES =
      List.of(
          "a", "B", "__", "_", ".", "-", "+", "é", " ", "/", "x1", "\uD83D\uDE00", "github", ":");

  private static String text(SplittableRandom random, int piecesMax) {
    var text = new StringBuilder();
    for (int i = random.nextInt(1, piecesMax + 1); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static String server(SplittableRandom random) {
    while (true) {
      var name = text(random, 12);
      if (!name.isBlank() && name.length() <= 64) {
        return name;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void noTwoToolsOfAnyServersShareAName(long seed) {
    var random = new SplittableRandom(seed);
    var owners = new HashMap<String, String>();
    for (int i = 0; i < 5_000; i++) {
      var owner = server(random) + "\u0000" + text(random, 40);
      var parts = owner.split("\u0000", -1);
      var qualified = Names.qualified(parts[0], parts[1]);
      var before = owners.putIfAbsent(qualified, owner);
      assertThat(before == null || before.equals(owner)).as(before + " and " + owner).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void namesAreShortPlainAndLeadToTheirServer(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      var server = server(random);
      var qualified = Names.qualified(server, text(random, 40));
      assertThat(qualified).matches("[A-Za-z0-9_.-]{1,64}");
      assertThat(Names.keyOf(qualified)).isEqualTo(Names.serverKey(server));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void urisAndTasksComeBackAsTheyWere(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      var key = Names.schemeKey(server(random));
      assertThat(key).matches("[a-z][a-z0-9.-]*");
      var uri = (random.nextBoolean() ? "ui://" : "file:///{x}") + text(random, 10);
      assertThat(Names.splitUri(Names.qualifiedUri(key, uri))).isEqualTo(new Names.Split(key, uri));
      assertThat(Names.splitTask(Names.qualifiedTask(key, uri)))
          .isEqualTo(new Names.Split(key, uri));
    }
  }

  @Test
  void aPlainNameIsKeptWhole() {
    assertThat(Names.qualified("github", "create_issue")).isEqualTo("github__create_issue");
    assertThat(Names.qualified("My.Server-1", "a.b-c")).isEqualTo("My.Server-1__a.b-c");
  }

  @Test
  void aNameIsCutAtSixtyFourCharactersAndNotBefore() {
    var fits = "x".repeat(64 - "s__".length());
    assertThat(Names.qualified("s", fits)).isEqualTo("s__" + fits);
    assertThat(Names.qualified("s", fits + "y")).hasSize(64).startsWith("s__xxx");
    assertThat(Names.qualified("s", fits + "y")).isNotEqualTo(Names.qualified("s", fits + "z"));
  }

  @Test
  void aServerNameThatCouldBeMistakenForAnotherIsHashed() {
    for (var server : List.of("a__b", "a_", "a b", "é", "x".repeat(33))) {
      var key = Names.serverKey(server);
      assertThat(key).doesNotContain("__").isNotEqualTo(server).hasSizeLessThanOrEqualTo(32);
      assertThat(key.endsWith("_")).isFalse();
    }
    assertThat(Names.keyOf(Names.qualified("a_", "_b"))).isEqualTo(Names.serverKey("a_"));
  }

  /** The hash tails are part of what clients remember, so they must never change. */
  @ParameterizedTest
  @CsvSource({"my server, tool, my-server-", "'a__b', 'c', a_b-"})
  void aHashedKeyStartsWithWhatCanBeReadOfTheName(String server, String tool, String start) {
    assertThat(Names.qualified(server, tool)).startsWith(start).endsWith("__" + tool);
  }

  @Test
  void userInterfacesKeepTheirScheme() {
    assertThat(Names.qualifiedUri("maps", "ui://panel/1")).isEqualTo("ui://maps+panel/1");
  }

  @Test
  void aSchemeThatAClientWroteInCapitalsIsTheSame() {
    assertThat(Names.splitUri("MAPS+File:///A")).isEqualTo(new Names.Split("maps", "File:///A"));
    assertThat(Names.splitUri("UI://MAPS+Panel")).isEqualTo(new Names.Split("maps", "ui://Panel"));
  }

  @Test
  void serversThatDifferInCapitalsOnlyHaveDifferentSchemes() {
    assertThat(Names.schemeKey("GitHub"))
        .isNotEqualTo(Names.schemeKey("github"))
        .isEqualTo(Names.schemeKey("GitHub").toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:///a", "+a", "ui://", "ui://+a", "plain"})
  void whatIsNotQualifiedLeadsNowhere(String text) {
    assertThat(Names.splitUri(text)).isNull();
  }

  @Test
  void aNameWithoutServerHasNoKey() {
    assertThat(Names.keyOf("plain")).isNull();
    assertThat(Names.keyOf("__tool")).isNull();
  }
}
