package io.portolan.registry.pin;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.pin.Change.Grade;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeTest {
  private static final String TOOL =
      "{'name':'forecast','description':'Tells the weather','annotations':{'readOnlyHint':true},"
          + "'inputSchema':{'type':'object','required':['city'],'properties':{"
          + "'city':{'type':'string','description':'where'},'description':{'type':'string'}}}}";

  private static Change change(String find, String replace) {
    var before = TOOL.replace('\'', '"');
    return Change.between(before, TOOL.replace(find, replace).replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Tells | Tells | NONE",
        "Tells the weather | Tells it | TEXT",
        "'description':'where' | 'description':'whom' | TEXT",
        "'annotations':{ | 'annotations':{'title':'W', | TEXT",
        "'properties':{ | 'properties':{'days':{'type':'integer'}, | OPTIONAL_ARGUMENT",
        "['city'] | ['city','description'] | BREAKING",
        "'city':{'type':'string' | 'city':{'type':'number' | BREAKING",
        "true | false | BREAKING",
        "'description':{'type':'string'} | 'description':{'type':'object'} | BREAKING",
        ",'description':{'type':'string'} | `` | BREAKING",
        "'inputSchema' | 'outputSchema':{},'inputSchema' | BREAKING"
      })
  void aChangeIsAsGraveAsTheWorstOfIt(String find, String replace, Grade grade) {
    assertThat(change(find, replace).grade()).isEqualTo(grade);
  }

  @Test
  void aNewArgumentThatMustBeSentIsBreaking() {
    var before = TOOL.replace('\'', '"');
    var after =
        TOOL.replace("'properties':{", "'properties':{'days':{'type':'integer'},")
            .replace("['city']", "['city','days']")
            .replace('\'', '"');
    assertThat(Change.between(before, after).grade()).isEqualTo(Grade.BREAKING);
  }

  @Test
  void aDifferenceIsReadByPeopleAndHidesNothing() {
    assertThat(change("Tells the weather", "Tells\u200B it").differences())
        .containsExactly("~ description: \"Tells the weather\" -> \"Tells\\u{200b} it\"");
    assertThat(change("'properties':{", "'properties':{'days':{'type':'integer'},").differences())
        .containsExactly("+ inputSchema.properties.days: {\"type\":\"integer\"}");
  }

  @Test
  void instructionsAreOneText() {
    assertThat(Change.between("\"Be kind\"", "\"Be quick\"").grade()).isEqualTo(Grade.TEXT);
  }
}
