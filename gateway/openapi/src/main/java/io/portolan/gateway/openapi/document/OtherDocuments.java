package io.portolan.gateway.openapi.document;

import java.net.URI;

/** Gives documents that a document refers to. */
@FunctionalInterface
public interface OtherDocuments {
  /** There are none. */
  OtherDocuments NONE =
      uri -> {
        throw new DocumentRefusedException("no other document is read: " + uri);
      };

  /**
   * The bytes of one; only asked for those of the same origin. Blocks.
   *
   * @throws DocumentRefusedException when it cannot be had
   */
  byte[] at(URI uri) throws DocumentRefusedException, InterruptedException;
}
