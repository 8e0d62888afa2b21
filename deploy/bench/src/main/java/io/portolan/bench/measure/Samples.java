package io.portolan.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * Figures by target and round. The n-th figure of each target is that of the n-th round.
 *
 * <p>Not thread-safe. A target without figures has the median "not a number".
 */
public final class Samples {
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  /** Adds a target's figure of the next round. */
  public void add(String target, double figure) {
    figures.computeIfAbsent(target, _ -> new ArrayList<>()).add(figure);
  }

  /** Median over the rounds. */
  public double median(String target) {
    return median(of(target).stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Largest over the rounds. */
  public double max(String target) {
    return of(target).stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** Smallest over the rounds. */
  public double min(String target) {
    return of(target).stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  /** Median of the ratios within each round. */
  public double ratio(String target, String base) {
    return paired(target, base, (figure, against) -> figure / against);
  }

  /** Median of the differences within each round. */
  public double difference(String target, String base) {
    return paired(target, base, (figure, against) -> figure - against);
  }

  private double paired(String target, String base, DoubleBinaryOperator pair) {
    var theirs = of(target);
    var against = of(base);
    return median(
        IntStream.range(0, Math.min(theirs.size(), against.size()))
            .mapToDouble(round -> pair.applyAsDouble(theirs.get(round), against.get(round)))
            .toArray());
  }

  private List<Double> of(String target) {
    return figures.getOrDefault(target, List.of());
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(values);
    var middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
