package io.portolan.standalone.upstream;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.UserGrants;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Browsers that are on a page of consent, known by a cookie, each with who was found to sit in
 * front of it and what it is about to do. Bounded in number and time; the oldest goes first.
 * Thread-safe.
 */
final class Browsers {
  private static final Duration GOOD_FOR = Duration.ofMinutes(10);
  private static final int MAX = 10_000;
  private static final String NAME = "portolan-consent";

  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<String, Browser> byCookie = new LinkedHashMap<>(); // guarded by this

  Browsers(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** What a browser was sent away for, with a state that is good for one answer. */
  record Sent(UserGrants.Attempt attempt, Requests.Request request) {}

  /** One browser. Its members are guarded by itself. */
  static final class Browser {
    private final String cookie;
    private final Instant until;
    private String form;
    private @Nullable Principal user;
    private @Nullable Sent sent;

    private Browser(String cookie, String form, Instant until) {
      this.cookie = cookie;
      this.form = form;
      this.until = until;
    }

    /** What a form of this browser's brings. */
    synchronized String form() {
      return form;
    }

    /** Who sits in front of it; null when that is not known. */
    synchronized @Nullable Principal user() {
      return user;
    }

    synchronized void signedIn(Principal principal) {
      user = principal;
    }

    synchronized void sent(Sent what) {
      sent = what;
    }

    /** What it was sent away for with this state, which is used up; null for nothing. */
    synchronized @Nullable Sent backWith(@Nullable String state) {
      var waiting = sent;
      if (waiting == null || state == null || !Constant.equal(waiting.attempt().state(), state)) {
        return null;
      }
      sent = null;
      return waiting;
    }
  }

  /** The browser whose cookie a request brings. */
  synchronized Optional<Browser> find(RequestHeaders headers) {
    expire();
    var cookies = headers.first("Cookie");
    if (cookies == null) {
      return Optional.empty();
    }
    for (var pair : cookies.split(";", 64)) {
      var parts = pair.strip().split("=", 2);
      if (parts.length == 2 && (parts[0].equals(NAME) || parts[0].equals("__Host-" + NAME))) {
        var found = byCookie.get(unquoted(parts[1]));
        if (found != null) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  /** A value may be sent in quotes: RFC 6265, section 4.1.1. */
  private static String unquoted(String value) {
    var isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }

  /** A browser that came without a cookie. */
  synchronized Browser met() {
    expire();
    if (byCookie.size() >= MAX) {
      byCookie.remove(byCookie.keySet().iterator().next());
    }
    var browser =
        new Browser(Words.random(random), Words.random(random), clock.instant().plus(GOOD_FOR));
    byCookie.put(browser.cookie, browser);
    return browser;
  }

  private void expire() {
    var now = clock.instant();
    byCookie.values().removeIf(browser -> !now.isBefore(browser.until));
  }

  /**
   * The header that gives a browser its cookie. Only a browser that talks TLS takes the prefix that
   * binds a cookie to this host; on loopback there is none.
   */
  static Reply.Header cookie(Browser browser, Scheme scheme) {
    var attributes = "=" + browser.cookie + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=600";
    return new Reply.Header(
        "Set-Cookie",
        scheme == Scheme.HTTPS ? "__Host-" + NAME + attributes + "; Secure" : NAME + attributes);
  }

  /** How browsers reach the gateway. */
  enum Scheme {
    HTTP,
    HTTPS
  }
}
