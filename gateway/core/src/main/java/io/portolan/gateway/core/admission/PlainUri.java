package io.portolan.gateway.core.admission;

/**
 * Tells whether a URI is written in the one way that others with the same meaning are reduced to
 * (RFC 3986, 6.2.2), as far as that can be told without knowing its scheme. A pattern matched
 * against any other would match something else than the server reads. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2">RFC 3986, syntax-based
 *     normalization</a>
 */
public final class PlainUri {
  private static final String UNRESERVED_MARKS = "-._~";

  private PlainUri() {}

  /** Whether a URI has no other spelling. */
  public static boolean isPlain(String uri) {
    var colon = uri.indexOf(':');
    for (int i = 0; i < uri.length(); i++) {
      var c = uri.charAt(i);
      if (c <= ' ' || c == '\\' || c >= 0x7f) {
        return false;
      }
      if (i < colon && c >= 'A' && c <= 'Z') {
        return false;
      }
      if (c == '%' && !isPlainEscape(uri, i)) {
        return false;
      }
    }
    return !hasDotSegment(uri.substring(colon + 1));
  }

  /** An escape is of a character that has to be escaped, in capital digits. */
  private static boolean isPlainEscape(String uri, int at) {
    if (at + 2 >= uri.length()) {
      return false;
    }
    var high = digit(uri.charAt(at + 1));
    var low = digit(uri.charAt(at + 2));
    if (high < 0 || low < 0) {
      return false;
    }
    var escaped = (char) (high << 4 | low);
    var isLetterOrDigit =
        (escaped >= 'a' && escaped <= 'z')
            || (escaped >= 'A' && escaped <= 'Z')
            || (escaped >= '0' && escaped <= '9');
    return !isLetterOrDigit
        && UNRESERVED_MARKS.indexOf(escaped) < 0
        && escaped != '/'
        && escaped != '\\'
        && escaped != '%'
        && escaped >= ' ';
  }

  private static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  private static boolean hasDotSegment(String rest) {
    var end = rest.length();
    for (var mark : new char[] {'?', '#'}) {
      var at = rest.indexOf(mark);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    for (var segment : rest.substring(0, end).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        return true;
      }
    }
    return false;
  }
}
