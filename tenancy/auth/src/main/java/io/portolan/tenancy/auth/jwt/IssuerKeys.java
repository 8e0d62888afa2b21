package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, fetched when they are first needed and then now and then. One fetch at a
 * time, and not more often than {@link Bounds#pause}: a token with an unknown key makes them be
 * fetched again, because the issuer may have a new one, and tokens with invented keys must not make
 * more requests than that. Keys that could not be fetched again are good until {@link
 * Bounds#staleMax}. Thread-safe.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {
  private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());
  private static final int KEYS_MAX = 100;

  /**
   * How old keys get.
   *
   * @param refreshAfter they are fetched again
   * @param staleMax they are not relied on any more
   * @param pause least time between two fetches
   * @param waitMax how long one waits for the fetch of another
   */
  record Bounds(Duration refreshAfter, Duration staleMax, Duration pause, Duration waitMax) {}

  /** No keys could be had that may be relied on. */
  static final class NoKeysException extends KeySourceException {
    private static final long serialVersionUID = 1;

    NoKeysException(String message) {
      super(message);
    }
  }

  /** Keys of one fetch; those of another are others, whatever they hold. */
  private static final class Held {
    private final JWKSet keys;
    private final long fetchedNanos;

    Held(JWKSet keys, long fetchedNanos) {
      this.keys = keys;
      this.fetchedNanos = fetchedNanos;
    }
  }

  private final Issuer issuer;
  private final KeyFetch fetch;
  private final Bounds bounds;
  private final AtomicReference<@Nullable FutureTask<@Nullable Held>> flight =
      new AtomicReference<>();
  private volatile @Nullable Held held;
  private volatile long triedNanos;
  private volatile boolean tried;

  IssuerKeys(Issuer issuer, KeyFetch fetch, Bounds bounds) {
    this.issuer = issuer;
    this.fetch = fetch;
    this.bounds = bounds;
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext ignored)
      throws KeySourceException {
    var known = held;
    if (known == null || isOlder(known.fetchedNanos, bounds.refreshAfter())) {
      known = newer(known);
    }
    if (known == null || isOlder(known.fetchedNanos, bounds.staleMax())) {
      throw new NoKeysException("no keys of issuer " + issuer.name());
    }
    var found = selector.select(known.keys);
    if (!found.isEmpty()) {
      return found;
    }
    var fresh = newer(known);
    return fresh == null || fresh == known ? found : selector.select(fresh.keys);
  }

  private static boolean isOlder(long nanos, Duration age) {
    return System.nanoTime() - nanos > age.toNanos();
  }

  /** What a fetch brings; the same when there is none now, or it fails. */
  private @Nullable Held newer(@Nullable Held known) {
    if (held != known) {
      return held; // somebody was faster
    }
    if (tried && !isOlder(triedNanos, bounds.pause())) {
      // A fetch under way may be the first: without it there is nothing.
      var running = flight.get();
      return running == null ? held : joined(running);
    }
    var own = new FutureTask<@Nullable Held>(this::fetched);
    var running = flight.compareAndExchange(null, own);
    if (running != null) {
      return joined(running);
    }
    try {
      if (held == known) {
        own.run();
      }
    } finally {
      flight.set(null);
      own.cancel(false);
    }
    return held;
  }

  private @Nullable Held joined(FutureTask<@Nullable Held> running) {
    try {
      running.get(bounds.waitMax().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      LOG.log(System.Logger.Level.DEBUG, "keys of issuer " + issuer.name(), e);
    }
    return held;
  }

  private @Nullable Held fetched() throws InterruptedException {
    triedNanos = System.nanoTime();
    tried = true;
    try {
      var keys = JWKSet.parse(fetch.get(jwksUri()));
      if (keys.size() > KEYS_MAX) {
        throw new IOException(keys.size() + " keys, more than " + KEYS_MAX);
      }
      held = new Held(keys, triedNanos);
    } catch (IOException | ParseException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the keys of issuer " + issuer.name() + " cannot be had: " + e.getMessage());
    }
    return held;
  }

  private URI jwksUri() throws IOException, InterruptedException {
    var configured = issuer.jwksUri();
    if (configured != null) {
      return configured;
    }
    var first = metadata(wellKnown("openid-configuration", Place.BEHIND));
    return first != null
        ? first
        : required(metadata(wellKnown("oauth-authorization-server", Place.BEFORE)));
  }

  private URI required(@Nullable URI uri) throws IOException {
    if (uri == null) {
      throw new IOException("no metadata at " + issuer.issuer());
    }
    return uri;
  }

  /** Where the well-known part goes: OpenID Connect Discovery appends it, RFC 8414 inserts it. */
  private enum Place {
    BEHIND,
    BEFORE
  }

  private URI wellKnown(String name, Place place) {
    var base = issuer.issuer();
    var path = base.getRawPath().replaceAll("/$", "");
    var part = "/.well-known/" + name;
    return base.resolve(place == Place.BEHIND ? path + part : part + path);
  }

  /** The keys' URL that a metadata document names; null when there is no such document. */
  private @Nullable URI metadata(URI at) throws IOException, InterruptedException {
    String text;
    try {
      text = fetch.get(at);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "issuer " + issuer.name(), e);
      return null;
    }
    try {
      var document = JSONObjectUtils.parse(text);
      var named = JSONObjectUtils.getString(document, "issuer");
      if (!issuer.issuer().toString().equals(named)) {
        throw new IOException("the metadata at " + at + " is of another issuer: " + named);
      }
      var uri = JSONObjectUtils.getURI(document, "jwks_uri");
      return required(uri);
    } catch (ParseException e) {
      throw new IOException("the metadata at " + at + " is no JSON: " + e.getMessage(), e);
    }
  }
}
