package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import io.portolan.gateway.openapi.document.OtherDocuments;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.http.WebAnswer;
import io.portolan.gateway.upstream.http.WebAnswer.Answered;
import io.portolan.gateway.upstream.http.WebRequest;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a document where it is: a file of the operator, or a URL. For one thread at a time. */
final class DocumentSource {
  private final ServerDefinition.OpenApi definition;
  private final Origins origins;

  DocumentSource(ServerDefinition.OpenApi definition, Origins origins) {
    this.definition = definition;
    this.origins = origins;
  }

  /** By what a document is known to be the same, without reading it. */
  record Validator(String etag, String lastModified) {
    static final Validator NONE = new Validator("", "");
  }

  /** What was found. */
  sealed interface Found {
    /** A document; nobody writes to the bytes. */
    record Text(Slice bytes, Validator validator) implements Found {}

    /** The one that was there before. */
    record Unchanged() implements Found {}
  }

  /**
   * The document, unless it is the one that is known.
   *
   * @throws UpstreamUnavailable when it cannot be had
   */
  Found read(Validator known, Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    var file = definition.terms().file();
    if (file != null) {
      return read(file, known);
    }
    var headers = new ArrayList<WebRequest.Header>();
    headers.add(
        new WebRequest.Header(
            "Accept", "application/vnd.oai.openapi+json, application/json, application/yaml, */*"));
    if (!known.etag().isEmpty()) {
      headers.add(new WebRequest.Header("If-None-Match", known.etag()));
    } else if (!known.lastModified().isEmpty()) {
      headers.add(new WebRequest.Header("If-Modified-Since", known.lastModified()));
    }
    var answered = answered(definition.at().url(), headers, deadline);
    if (answered.status() == 304 && !known.equals(Validator.NONE)) {
      return new Found.Unchanged();
    }
    return new Found.Text(
        answered.body(), new Validator(answered.header("etag"), answered.header("last-modified")));
  }

  private static Found read(Path file, Validator known) throws UpstreamUnavailable {
    try {
      var attributes = Files.getLastModifiedTime(file).toString() + " " + Files.size(file);
      if (attributes.equals(known.lastModified())) {
        return new Found.Unchanged();
      }
      if (Files.size(file) > DocumentLimits.DEFAULT.bytesMax()) {
        throw new UpstreamUnavailable(
            new UpstreamFailure.BadAnswer(
                "the document goes over the limit of "
                    + DocumentLimits.DEFAULT.bytesMax()
                    + " bytes"));
      }
      return new Found.Text(Slice.of(Files.readAllBytes(file)), new Validator("", attributes));
    } catch (IOException e) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.Unreachable("the document " + file + " cannot be read: " + e));
    }
  }

  /** Documents that the document refers to. */
  OtherDocuments others(Deadline deadline) {
    return uri -> {
      try {
        var answered = answered(uri, List.of(), deadline);
        return answered.body().toBytes();
      } catch (UpstreamUnavailable e) {
        throw new DocumentRefusedException(
            "the document refers to " + uri + ", which cannot be had: " + e.getMessage(), e);
      }
    };
  }

  private Answered answered(URI url, List<WebRequest.Header> headers, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var request = WebRequest.get(url, headers, DocumentLimits.DEFAULT.bytesMax());
    var context = new CallContext(Principal.GATEWAY, deadline, TraceContext.start());
    return switch (origins.send(request, context, new Cancellation())) {
      case Answered answered
          when (answered.status() >= 200 && answered.status() < 300) || answered.status() == 304 ->
          answered;
      case Answered answered ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.Refused(
                  answered.status(), "the document: HTTP " + answered.status()));
      case WebAnswer.Failed(UpstreamFailure.BadAnswer(var detail)) ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.BadAnswer("the document goes over a limit: " + detail));
      case WebAnswer.Failed(var failure) -> throw new UpstreamUnavailable(failure);
    };
  }
}
