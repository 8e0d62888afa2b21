package io.portolan.registry;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * The registry API lets versions be any text and orders those of Semantic Versioning 2.0.0 by its
 * rules; a version in another form counts as the newest when it is published.
 */

/**
 * One version of a server. It names one thing for ever, so ranges and "latest" are none. Immutable.
 *
 * @param value 1 to 255 characters, such as {@code 1.4.0}
 */
public record ServerVersion(String value) {
  private static final int LENGTH_MAX = 255;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");
  private static final Pattern RANGE = Pattern.compile("(?i)latest|.*\\.x(\\..*)?|x");
  private static final Pattern SEMANTIC =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  public ServerVersion {
    if (value.length() > LENGTH_MAX
        || !FORM.matcher(value).matches()
        || RANGE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "version is '"
              + (value.length() > LENGTH_MAX ? value.substring(0, LENGTH_MAX) + "..." : value)
              + "'; expected one version, such as 1.4.0, no range and not 'latest':"
              + " 1 to 255 characters of A-Z a-z 0-9 . _ + -");
    }
  }

  /** Whether it has the form of Semantic Versioning. */
  public boolean isSemantic() {
    return SEMANTIC.matcher(value).matches();
  }

  /** Whether this version, published after the other one, is the one to use. */
  public boolean follows(ServerVersion other) {
    var mine = SEMANTIC.matcher(value);
    var theirs = SEMANTIC.matcher(other.value);
    return !mine.matches() || !theirs.matches() || precedence(mine, theirs) >= 0;
  }

  private static int precedence(Matcher mine, Matcher theirs) {
    for (int part = 1; part <= 3; part++) {
      var order = new BigInteger(mine.group(part)).compareTo(new BigInteger(theirs.group(part)));
      if (order != 0) {
        return order;
      }
    }
    var before = mine.group(4);
    var other = theirs.group(4);
    if (before == null || other == null) {
      return before == null ? (other == null ? 0 : 1) : -1;
    }
    return ofPreRelease(before.split("\\."), other.split("\\."));
  }

  private static int ofPreRelease(String[] mine, String[] theirs) {
    for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
      var isNumber = NUMBER.matcher(mine[i]).matches();
      var isOtherNumber = NUMBER.matcher(theirs[i]).matches();
      int order;
      if (isNumber && isOtherNumber) {
        order = new BigInteger(mine[i]).compareTo(new BigInteger(theirs[i]));
      } else if (isNumber != isOtherNumber) {
        order = isNumber ? -1 : 1;
      } else {
        order = mine[i].compareTo(theirs[i]);
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(mine.length, theirs.length);
  }

  @Override
  public String toString() {
    return value;
  }
}
