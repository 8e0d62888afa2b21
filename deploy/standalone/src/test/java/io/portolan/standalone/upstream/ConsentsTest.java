package io.portolan.standalone.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.upstream.Credential;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.auth.upstream.UpstreamClient;
import io.portolan.tenancy.auth.upstream.UserGrants;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.vault.LocalKey;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The attacks on pages of consent, each by its name, and the way that works. */
@SuppressWarnings("NullAway.Init")
class ConsentsTest {
  private static final URI PUBLIC = URI.create("https://gateway.example.com");
  private static final Principal ALICE = new Principal(new TenantId("acme"), "alice");
  private static final Principal MALLORY = new Principal(new TenantId("acme"), "mallory");
  private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger issued = new AtomicInteger();
  @TempDir private Path directory;
  private Instant now = Instant.parse("2026-11-21T20:00:00Z");
  private final InstantSource clock = () -> now;
  private HttpServer authorizationServer;
  private Store store;
  private SafeFetch fetch;
  private UserGrants grants;
  private Consents consents;

  /** One person's browser: keeps the cookie that it was given. */
  private final class Browser {
    private @Nullable String cookie;

    Pages.Page get(String path) throws InterruptedException {
      return visit("GET", path, "");
    }

    Pages.Page post(String path, String body) throws InterruptedException {
      return visit("POST", path, body);
    }

    private Pages.Page visit(String method, String target, String body)
        throws InterruptedException {
      var question = target.indexOf('?');
      var asked =
          new Identity.Asked(
              question < 0 ? target : target.substring(0, question),
              question < 0 ? "" : target.substring(question + 1),
              new Cookies(cookie));
      var page = consents.answer(new Pages.Visit(method, asked, Slice.utf8(body))).orElseThrow();
      header(page, "Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
      return page;
    }

    /** Shows a key where it is asked for, and comes to the page behind. */
    Pages.Page signIn(String path, String key) throws InterruptedException {
      var page = get(path);
      var redirect = post(path, "do=sign-in&credential=" + key + "&form=" + form(page));
      return redirect.status() == 303 ? get(header(redirect, "Location").orElseThrow()) : redirect;
    }

    /** Agrees, and returns where the authorization server sends the browser back to. */
    String allow(String path, Pages.Page page) throws InterruptedException {
      var sent = post(path, "do=allow&form=" + form(page));
      assertThat(sent.status()).as(text(sent)).isEqualTo(303);
      var url = URI.create(header(sent, "Location").orElseThrow());
      var state = Pattern.compile("state=([^&]+)").matcher(url.getRawQuery());
      assertThat(state.find()).isTrue();
      return Consents.PATH
          + "callback?code=c1&state="
          + state.group(1)
          + "&iss="
          + URLEncoder.encode(issuer(), StandardCharsets.UTF_8);
    }
  }

  private record Cookies(@Nullable String cookie) implements RequestHeaders {
    @Override
    public @Nullable String first(String name) {
      return name.equals("Cookie") ? cookie : null;
    }

    @Override
    public int count(String name) {
      return first(name) == null ? 0 : 1;
    }

    @Override
    public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {}
  }

  @BeforeEach
  void open() throws Exception {
    authorizationServer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    authorizationServer.createContext(
        "/",
        exchange -> {
          var isToken = exchange.getRequestURI().getPath().equals("/token");
          var json =
              isToken
                  ? "{\"access_token\":\"access-"
                      + issued.incrementAndGet()
                      + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                  : "{\"issuer\":\""
                      + issuer()
                      + "\",\"token_endpoint\":\""
                      + issuer()
                      + "/token\",\"authorization_endpoint\":\""
                      + issuer()
                      + "/authorize\",\"response_types_supported\":[\"code\"]}";
          var bytes = json.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    authorizationServer.start();
    store = EmbeddedStore.open(directory, new Schema(VaultTables.ALL), InstantSource.system());
    var vault = new Vault(store, LocalKey.of(new byte[LocalKey.KEY_BYTES], random), random, clock);
    fetch = new SafeFetch(OutboundGuard.DEFAULT, SafeFetch.Trust.CONFIGURATION);
    grants =
        new UserGrants(
            new UpstreamClient(
                UpstreamClient.Grant.AUTHORIZATION_CODE,
                URI.create(issuer()),
                null,
                "gateway",
                null,
                UpstreamClient.Authentication.NONE,
                List.of(),
                URI.create("https://mcp.example.com/mcp"),
                null),
            URI.create("https://mcp.example.com/mcp"),
            new VaultGrants(vault, "notes", null),
            fetch,
            clock);
    consents = new Consents(() -> PUBLIC, ConsentsTest::whoHas, random, clock);
    consents.serve("notes", grants);
  }

  private static Optional<Principal> whoHas(String credential) {
    return switch (credential) {
      case "key-of-alice" -> Optional.of(ALICE);
      case "key-of-mallory" -> Optional.of(MALLORY);
      default -> Optional.empty();
    };
  }

  @AfterEach
  void close() {
    fetch.close();
    store.close();
    authorizationServer.stop(0);
  }

  private String issuer() {
    return "http://127.0.0.1:" + authorizationServer.getAddress().getPort();
  }

  private static Optional<String> header(Pages.Page page, String name) {
    return page.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(header -> header.value())
        .findFirst();
  }

  private static String text(Pages.Page page) {
    return page.json().join().text();
  }

  private static String form(Pages.Page page) {
    var matcher = FORM.matcher(text(page));
    assertThat(matcher.find()).as(text(page)).isTrue();
    return matcher.group(1);
  }

  private String linkFor(Principal principal) {
    return consents.ask(principal, "notes").url().getPath();
  }

  private Credential granted(Principal principal) throws InterruptedException {
    return grants.tokens().of(principal, Deadline.in(Duration.ofMinutes(1)));
  }

  @Test
  void whoAskedSignsInAgreesAndIsGrantedIt() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var page = browser.signIn(link, "key-of-alice");
    assertThat(text(page)).contains("notes", "alice", "acme");
    assertThat(browser.get(browser.allow(link, page)).status()).isEqualTo(200);
    assertThat(granted(ALICE)).isEqualTo(new Credential.Token("access-1"));
    assertThat(granted(MALLORY)).isEqualTo(new Credential.Ungranted());
    assertThat(browser.get(link).status()).as("a link is good for one grant").isEqualTo(404);
  }

  @Test
  void whereNobodySignsInNobodyIsAskedWho() throws Exception {
    var link = linkFor(Principal.ANONYMOUS);
    var browser = new Browser();
    var page = browser.get(link);
    assertThat(browser.get(browser.allow(link, page)).status()).isEqualTo(200);
    assertThat(granted(Principal.ANONYMOUS)).isInstanceOf(Credential.Token.class);
  }

  @Test
  void aCookieMayComeInQuotes() throws Exception {
    var link = linkFor(Principal.ANONYMOUS);
    var browser = new Browser();
    var page = browser.get(link);
    browser.cookie = String.valueOf(browser.cookie).replaceFirst("=(.*)", "=\"$1\"");
    assertThat(browser.get(browser.allow(link, page)).status()).isEqualTo(200);
  }

  @Test
  void confusedDeputyALinkThatSomebodyElseAskedForIsNotGranted() throws Exception {
    var link = linkFor(MALLORY); // who sends it to alice
    var browser = new Browser();
    var form = form(browser.get(link));
    var page = browser.signIn(link, "key-of-alice");
    assertThat(page.status()).isEqualTo(403);
    assertThat(text(page)).doesNotContain("value=\"allow\"");
    var forced = browser.post(link, "do=allow&form=" + form);
    assertThat(forced.status()).isEqualTo(403);
    assertThat(header(forced, "Location")).isEmpty();
  }

  @Test
  void nobodyGoesOnWithoutSigningIn() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var page = browser.get(link);
    assertThat(text(page)).doesNotContain("value=\"allow\"").doesNotContain("alice");
    assertThat(browser.post(link, "do=allow&form=" + form(page)).status()).isEqualTo(403);
    assertThat(browser.signIn(link, "wrong").status()).isEqualTo(403);
  }

  @Test
  void replayedStateIsRefused() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var back = browser.allow(link, browser.signIn(link, "key-of-alice"));
    assertThat(browser.get(back).status()).isEqualTo(200);
    assertThat(browser.get(back).status()).isEqualTo(403);
    assertThat(issued).as("the code was shown once").hasValue(1);
  }

  @Test
  void anAnswerInAnotherBrowserIsRefused() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var back = browser.allow(link, browser.signIn(link, "key-of-alice"));
    assertThat(new Browser().get(back).status()).isEqualTo(403);
    var other = new Browser();
    other.signIn(linkFor(MALLORY), "key-of-mallory");
    assertThat(other.get(back).status()).isEqualTo(403);
    assertThat(granted(ALICE)).isEqualTo(new Credential.Ungranted());
  }

  @Test
  void mixUpAnAnswerThatNamesAnotherIssuerIsRefused() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var back = browser.allow(link, browser.signIn(link, "key-of-alice"));
    var wrong = back.substring(0, back.indexOf("&iss=")) + "&iss=https%3A%2F%2Fevil.example.com";
    assertThat(browser.get(wrong).status()).isEqualTo(403);
    assertThat(issued).hasValue(0);
  }

  @Test
  void aStateIsMadeAfterConsentOnlyAndIsOverAfterTenMinutes() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    var page = browser.signIn(link, "key-of-alice");
    assertThat(browser.get(Consents.PATH + "callback?code=c&state=").status()).isEqualTo(403);
    var back = browser.allow(link, page);
    now = now.plus(Duration.ofMinutes(10));
    assertThat(browser.get(back).status()).isEqualTo(403);
    assertThat(browser.get(link).status()).isEqualTo(404);
  }

  @Test
  void aFormOfAnotherSiteIsRefused() throws Exception {
    var link = linkFor(ALICE);
    var browser = new Browser();
    browser.signIn(link, "key-of-alice");
    assertThat(browser.post(link, "do=allow").status()).isEqualTo(403);
    assertThat(browser.post(link, "do=allow&form=guessed").status()).isEqualTo(403);
  }

  @Test
  void pagesAreInNoFrameAndTheCookieIsBoundToTheHost() throws Exception {
    var page = new Browser().get(linkFor(ALICE));
    assertThat(header(page, "Content-Security-Policy").orElseThrow())
        .contains("frame-ancestors 'none'", "default-src 'none'");
    assertThat(header(page, "Cache-Control")).contains("no-store");
    assertThat(header(page, "Set-Cookie").orElseThrow())
        .startsWith("__Host-")
        .contains("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/")
        .doesNotContain("Domain");
    assertThat(page.type()).isEqualTo(Pages.Type.HTML);
  }

  @Test
  void namesAreShownAsText() throws Exception {
    consents.serve("<script>", grants);
    var page = new Browser().get(consents.ask(ALICE, "<script>").url().getPath());
    assertThat(text(page)).contains("&lt;script&gt;").doesNotContain("<script>");
  }

  @Test
  void manyCallsOfOneCallerAreOneQuestionAndRequestsAreBounded() {
    assertThat(consents.ask(ALICE, "notes")).isEqualTo(consents.ask(ALICE, "notes"));
    var first = linkFor(ALICE);
    for (int i = 0; i < Requests.MAX; i++) {
      var _ = linkFor(new Principal(new TenantId("acme"), "user-" + i));
    }
    assertThat(linkFor(ALICE)).as("the oldest went").isNotEqualTo(first);
  }
}
