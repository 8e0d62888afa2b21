package io.portolan.inference.core.hybrid;

import io.portolan.inference.core.hybrid.HybridIndex.Part;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes one ranking of two, by ranks alone: what scores mean differs too much. */
public final class ReciprocalRanks {
  private static final int OFFSET = 60;

  /** Something in a ranking, and what it was ranked by. */
  public record Ranked(String id, double score) {}

  /** Something in the joint ranking. */
  public record Fused(String id, double score, Part words, Part vector) {}

  private ReciprocalRanks() {}

  /** The joint ranking, the best one first, equal ones by id. */
  public static List<Fused> fuse(List<Ranked> words, List<Ranked> vectors) {
    var wordParts = parts(words);
    var vectorParts = parts(vectors);
    var all = new LinkedHashMap<String, Fused>();
    for (var ids : List.of(wordParts.keySet(), vectorParts.keySet())) {
      for (var id : ids) {
        var word = wordParts.getOrDefault(id, Part.NONE);
        var vector = vectorParts.getOrDefault(id, Part.NONE);
        all.put(id, new Fused(id, share(word) + share(vector), word, vector));
      }
    }
    return all.values().stream()
        .sorted(Comparator.comparingDouble(Fused::score).reversed().thenComparing(Fused::id))
        .toList();
  }

  private static Map<String, Part> parts(List<Ranked> ranking) {
    var parts = new LinkedHashMap<String, Part>();
    for (var ranked : ranking) {
      parts.put(ranked.id(), new Part(parts.size() + 1, ranked.score()));
    }
    return parts;
  }

  private static double share(Part part) {
    return part.rank() == 0 ? 0 : 1.0 / (OFFSET + part.rank());
  }
}
