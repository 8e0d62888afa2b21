package io.portolan.inference.core.hybrid;

import java.util.Map;

/**
 * A part of a document, as it is indexed.
 *
 * @param id unique within its tenant; 1 to 512 characters
 * @param place where it comes from
 * @param attributes what a query may ask for, equal to the letter; at most 32
 * @param text what is searched for words; at most {@value #TEXT_MAX} characters
 * @param vector of length one, of the index's model; copied by the index
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Passage(
    String id, Place place, Map<String, String> attributes, String text, float[] vector) {
  /** Most characters of a passage. */
  public static final int TEXT_MAX = 64 << 10;

  private static final int ID_MAX = 512;

  /**
   * Where a passage comes from.
   *
   * @param document the document's id
   * @param from its first character in the document
   * @param to the character behind its last one
   */
  public record Place(String document, int from, int to) {
    public Place {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("no part of a document: " + from + " to " + to);
      }
    }
  }

  public Passage {
    attributes = Map.copyOf(attributes);
    if (id.isEmpty() || id.length() > ID_MAX) {
      throw new IllegalArgumentException("an id has 1 to 512 characters: " + id.length());
    }
    if (attributes.size() > 32) {
      throw new IllegalArgumentException("more than 32 attributes: " + attributes.size());
    }
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException("text of " + text.length() + " characters");
    }
  }
}
