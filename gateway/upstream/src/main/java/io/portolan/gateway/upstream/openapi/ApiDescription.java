package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.openapi.convert.Conversion;
import io.portolan.gateway.openapi.convert.Converter;
import io.portolan.gateway.openapi.convert.Selection;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an API offers, read again when its document has changed. A document that cannot be used does
 * not take the place of one that can. Thread-safe; one thread reads at a time.
 */
final class ApiDescription {
  private static final System.Logger LOG = System.getLogger(ApiDescription.class.getName());
  private static final int NOTED_MAX = 20;

  private final ServerDefinition.OpenApi definition;
  private final Origins origins;
  private final DocumentSource source;
  private final Semaphore conversions;
  private final ReentrantLock reading = new ReentrantLock();
  private DocumentSource.Validator validator = DocumentSource.Validator.NONE; // by the reader
  private @Nullable Slice text; // by the reader
  private volatile @Nullable Offer offer;

  /**
   * @param conversions how many documents are converted at a time, by all
   */
  ApiDescription(ServerDefinition.OpenApi definition, Origins origins, Semaphore conversions) {
    this.definition = definition;
    this.origins = origins;
    this.source = new DocumentSource(definition, origins);
    this.conversions = conversions;
  }

  /** What is offered; null before the document was read. */
  @Nullable Offer offer() {
    return offer;
  }

  /**
   * What is offered now.
   *
   * @throws UpstreamUnavailable when the document cannot be had, or cannot be used
   */
  Offer read(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    if (!reading.tryLock(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.TimedOut("the document is being read by another", false));
    }
    try {
      var found = source.read(validator, deadline);
      if (found instanceof DocumentSource.Found.Text(var bytes, var seen)) {
        if (text == null || !bytes.equals(text)) {
          var conversion = converted(bytes, deadline);
          offer = new Offer(conversion, notes(conversion));
          text = bytes;
        }
        validator = seen;
      }
      return Objects.requireNonNull(offer);
    } finally {
      reading.unlock();
    }
  }

  private Conversion converted(Slice bytes, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    if (!conversions.tryAcquire(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.Saturated("too many documents are being converted"));
    }
    try {
      var limits = DocumentLimits.DEFAULT;
      var document = ApiDocument.of(bytes.toBytes(), place(), source.others(deadline), limits);
      var conversion = new Converter(document, rules(), limits).convert();
      for (var server : conversion.servers()) {
        requireReachable(server);
      }
      return conversion;
    } catch (DocumentRefusedException e) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.BadAnswer(REFUSED + String.valueOf(e.getMessage())));
    } finally {
      conversions.release();
    }
  }

  /** Begins what is said of a document that cannot be used, in words for who named it. */
  static final String REFUSED = "the OpenAPI document cannot be used: ";

  private URI place() {
    var base = definition.terms().baseUrl();
    return definition.terms().file() == null || base == null ? definition.at().url() : base;
  }

  private Converter.Rules rules() {
    var terms = definition.terms();
    var headers = new HashSet<String>();
    definition.at().headers().keySet().forEach(name -> headers.add(name.toLowerCase(Locale.ROOT)));
    return new Converter.Rules(
        new Selection(terms.include(), terms.exclude()),
        terms.baseUrl(),
        headers,
        terms.credentials().keySet());
  }

  private void requireReachable(URI server) throws DocumentRefusedException {
    try {
      origins.require(server);
    } catch (OutboundRefusedException e) {
      throw new DocumentRefusedException(
          "it sends calls to a server that is refused: " + e.getMessage(), e);
    }
  }

  /** What people should know of a conversion before they trust it. */
  private List<String> notes(Conversion conversion) {
    var notes = new ArrayList<String>();
    for (var server : conversion.servers()) {
      var isOpen =
          definition.at().headers().isEmpty()
              && definition.terms().credentials().isEmpty()
              && definition.at().authorization() == null;
      notes.add(
          origins.isNamed(server) || isOpen
              ? "calls go to " + server
              : "calls go to "
                  + server
                  + " without headers and credentials: give its base URL to have them sent there");
    }
    for (var left : conversion.leftOut().entrySet()) {
      if (notes.size() > NOTED_MAX) {
        notes.add("more operations are left out");
        break;
      }
      notes.add("the operation " + left.getKey() + " is left out: " + left.getValue());
    }
    if (!conversion.outlined().isEmpty()) {
      notes.add(
          "of the schemas of "
              + conversion.outlined().size()
              + " tools only the nearest part is shown");
    }
    notes.forEach(note -> LOG.log(Level.INFO, "server {0}: {1}", definition.name(), note));
    return notes;
  }
}
