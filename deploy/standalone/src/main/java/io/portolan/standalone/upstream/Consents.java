package io.portolan.standalone.upstream;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Pages;
import io.portolan.standalone.upstream.Browsers.Browser;
import io.portolan.standalone.upstream.Browsers.Scheme;
import io.portolan.standalone.upstream.Requests.Request;
import io.portolan.standalone.upstream.Requests.Whose;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.UserGrants;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/*
 * A link to a page may be sent to somebody else, who is then asked to allow what the sender will
 * use. So the page first finds out who sits in front of it: the caller who needs the grant, or
 * nobody goes on. A state is made when that person has agreed, is bound to their browser by a
 * cookie, and is good for one answer within ten minutes.
 */

/**
 * Asks users whether the gateway may use a server for them: pages under {@link #PATH}, each reached
 * by a URL that a call which needs a grant is answered with. Thread-safe; blocks.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP
 *     2025-11-25, URL mode elicitation</a>
 */
public final class Consents implements Pages {
  static final String PATH = "/authorize/";
  private static final String CALLBACK = PATH + "callback";
  private static final int PARAMETERS_MAX = 32;

  private final Supplier<URI> publicUrl;
  private final SignIn signIn;
  private final Requests requests;
  private final Browsers browsers;
  private final Map<String, UserGrants> servers = new ConcurrentHashMap<>();
  private volatile Listener listener = (_, _) -> {};

  /** Learns what users have allowed. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A user has allowed the use of a server.
     *
     * @param id of the question they were sent
     */
    void granted(Principal principal, String id);
  }

  /** Finds out who shows a key or token. */
  @FunctionalInterface
  public interface SignIn {
    /** Who that is; empty when it proves nobody. */
    Optional<Principal> who(String credential) throws InterruptedException;
  }

  /**
   * @param publicUrl scheme, host and port under which browsers reach the gateway
   * @param signIn tells who shows a credential
   * @param clock says how long something has lasted
   */
  public Consents(
      Supplier<URI> publicUrl, SignIn signIn, SecureRandom random, InstantSource clock) {
    this.publicUrl = publicUrl;
    this.signIn = signIn;
    this.requests = new Requests(random, clock);
    this.browsers = new Browsers(random, clock);
  }

  /** Who learns of each grant from now on. */
  public void onGranted(Listener other) {
    listener = other;
  }

  /** From now on users are asked for this server. */
  void serve(String server, UserGrants grants) {
    servers.put(server, grants);
  }

  /** Where a principal can allow the use of a server. */
  Asked ask(Principal principal, String server) {
    var request = requests.of(new Whose(principal, server));
    return new Asked(request.id(), publicUrl.get().resolve(PATH + request.id()));
  }

  /** What a call is answered with: the id of the question, and where it is. */
  record Asked(String id, URI url) {}

  @Override
  public Optional<Page> answer(Visit visit) throws InterruptedException {
    var path = visit.asked().path();
    if (!path.startsWith(PATH)) {
      return Optional.empty();
    }
    try {
      if (path.equals(CALLBACK)) {
        return Optional.of(
            visit.method().equals("GET") ? back(visit) : notThat("Expected GET " + CALLBACK));
      }
      var request = requests.find(path.substring(PATH.length()));
      if (request.isEmpty()) {
        return Optional.of(
            Html.page(
                404,
                "This link is over",
                "<p>Make the call again to get another one.</p>",
                null,
                List.of()));
      }
      return Optional.of(
          switch (visit.method()) {
            case "GET" -> shown(visit, request.get());
            case "POST" -> sent(visit, request.get());
            default -> notThat("Expected GET or POST");
          });
    } catch (IllegalArgumentException _) {
      return Optional.of(
          Html.page(400, "That was not understood", "<p>Nothing was done.</p>", null, List.of()));
    }
  }

  // ---- the page

  private Page shown(Visit visit, Request request) {
    var found = browsers.find(visit.asked().headers());
    var browser = found.orElseGet(browsers::met);
    var cookie =
        found.isPresent() ? List.<Reply.Header>of() : List.of(Browsers.cookie(browser, scheme()));
    var user = user(browser, request);
    if (user.isEmpty()) {
      return signInPage(browser, request, cookie, "");
    }
    return user.get().equals(request.whose().principal())
        ? consentPage(browser, request, cookie)
        : somebodyElse(cookie);
  }

  /** Where nobody signs in, whoever is on this machine is the caller. */
  private static Optional<Principal> user(Browser browser, Request request) {
    return request.whose().principal().equals(Principal.ANONYMOUS)
        ? Optional.of(Principal.ANONYMOUS)
        : Optional.ofNullable(browser.user());
  }

  private static Page signInPage(
      Browser browser, Request request, List<Reply.Header> cookie, String why) {
    return Html.page(
        why.isEmpty() ? 200 : 403,
        "Who are you?",
        "<p>Someone asked this gateway to use the server <b>"
            + Html.escaped(request.whose().server())
            + "</b>. Only the one who asked may allow it: show the key or access token that you"
            + " use at this gateway.</p>"
            + (why.isEmpty() ? "" : "<p><b>" + Html.escaped(why) + "</b></p>")
            + "<form method=\"post\"><input type=\"password\" name=\"credential\""
            + " autocomplete=\"off\" required aria-label=\"Key or access token\">"
            + hidden(browser)
            + "<button name=\"do\" value=\"sign-in\">Go on</button></form>",
        null,
        cookie);
  }

  private Page consentPage(Browser browser, Request request, List<Reply.Header> cookie) {
    var server = request.whose().server();
    return Html.page(
        200,
        "Allow this gateway to use " + server + " for you?",
        "<p>You are <b>"
            + Html.escaped(request.whose().principal().subject())
            + "</b> of <b>"
            + Html.escaped(request.whose().principal().tenant().value())
            + "</b>. If you go on, you are sent to where <b>"
            + Html.escaped(server)
            + "</b> signs you in. Your calls through this gateway can then use it as you; the grant"
            + " is kept sealed, and nobody else can use it.</p>"
            + "<form method=\"post\">"
            + hidden(browser)
            + "<button name=\"do\" value=\"allow\">Go on</button>"
            + "<button name=\"do\" value=\"deny\">No</button></form>",
        "https: http:",
        cookie);
  }

  private static String hidden(Browser browser) {
    return "<input type=\"hidden\" name=\"form\" value=\"" + browser.form() + "\">";
  }

  private static Page somebodyElse(List<Reply.Header> headers) {
    return Html.page(
        403,
        "This was not asked by you",
        "<p>Somebody else made the call that needs this. Nothing was allowed. If you got this link"
            + " from them, do not go on.</p>",
        null,
        headers);
  }

  // ---- what its forms send

  private Page sent(Visit visit, Request request) throws InterruptedException {
    var form = parameters(text(visit));
    var browser = browsers.find(visit.asked().headers()).orElse(null);
    if (browser == null || !Constant.equal(browser.form(), form.getOrDefault("form", ""))) {
      return Html.page(
          403,
          "This page is too old",
          "<p>Open the link again. Nothing was done.</p>",
          null,
          List.of());
    }
    return switch (form.getOrDefault("do", "")) {
      case "sign-in" -> signedIn(browser, request, form.getOrDefault("credential", ""));
      case "allow" -> allowed(browser, request);
      case "deny" -> {
        requests.drop(request);
        yield done(200, "Nothing was allowed");
      }
      default -> throw new IllegalArgumentException("no such button");
    };
  }

  private Page signedIn(Browser browser, Request request, String credential)
      throws InterruptedException {
    var who = signIn.who(credential.strip());
    if (who.isEmpty()) {
      return signInPage(browser, request, List.of(), "That proves nobody.");
    }
    browser.signedIn(who.get());
    return Html.redirect(PATH + request.id(), List.of());
  }

  private Page allowed(Browser browser, Request request) throws InterruptedException {
    var user = user(browser, request);
    if (user.isEmpty() || !user.get().equals(request.whose().principal())) {
      return somebodyElse(List.of());
    }
    var grants = servers.get(request.whose().server());
    if (grants == null) {
      return done(404, "The server is not here any more");
    }
    try {
      var attempt = grants.begin(publicUrl.get().resolve(CALLBACK));
      browser.sent(new Browsers.Sent(attempt, request));
      return Html.redirect(attempt.url().toString(), List.of());
    } catch (IOException e) {
      System.getLogger(Consents.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "nobody can be asked for server {0}: {1}",
              request.whose().server(),
              e.getMessage());
      return done(502, "The server's sign-in cannot be reached");
    }
  }

  // ---- the way back

  private Page back(Visit visit) throws InterruptedException {
    var answer = parameters(visit.asked().query());
    var sent =
        browsers
            .find(visit.asked().headers())
            .map(browser -> browser.backWith(answer.get("state")))
            .orElse(null);
    if (sent == null) {
      return done(403, "This answer was not expected");
    }
    var whose = sent.request().whose();
    var grants = servers.get(whose.server());
    if (grants == null) {
      return done(404, "The server is not here any more");
    }
    return switch (grants.finish(sent.attempt(), whose.principal(), answer)) {
      case UserGrants.Ended.Granted() -> {
        requests.drop(sent.request());
        listener.granted(whose.principal(), sent.request().id());
        yield done(200, "Done: go back and make the call again");
      }
      case UserGrants.Ended.Failed(var why) -> done(403, "Nothing was allowed: " + why);
    };
  }

  private static Page done(int status, String what) {
    return Html.page(status, what, "<p>You can close this window.</p>", null, List.of());
  }

  private static Page notThat(String expected) {
    return Html.page(405, expected, "", null, List.of());
  }

  private Scheme scheme() {
    return "https".equalsIgnoreCase(publicUrl.get().getScheme()) ? Scheme.HTTPS : Scheme.HTTP;
  }

  private static String text(Visit visit) {
    var body = visit.body();
    return new String(body.array(), body.from(), body.length(), StandardCharsets.UTF_8);
  }

  /** Each parameter once: two of a name are one too many. */
  private static Map<String, String> parameters(String form) {
    var parameters = new LinkedHashMap<String, String>();
    if (form.isEmpty()) {
      return parameters;
    }
    for (var pair : form.split("&", PARAMETERS_MAX)) {
      var parts = pair.split("=", 2);
      var name = URLDecoder.decode(parts[0], StandardCharsets.UTF_8);
      var value = parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
      if (parameters.put(name, value) != null) {
        throw new IllegalArgumentException("a parameter was sent twice");
      }
    }
    return parameters;
  }
}
