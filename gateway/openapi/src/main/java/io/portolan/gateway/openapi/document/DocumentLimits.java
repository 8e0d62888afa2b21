package io.portolan.gateway.openapi.document;

/**
 * How large a document may be, and what is made of it.
 *
 * @param bytesMax largest document, with all that it refers to, in bytes
 * @param documentsMax most documents of the same origin that it may refer to
 * @param operationsMax most operations that become tools
 * @param depthMax deepest nesting of schemas, and longest chain of references
 * @param inputBytesMax largest input schema of a tool, in bytes
 * @param outputBytesMax largest output schema of a tool, in bytes
 * @param toolsBytesMax largest list of tools, in bytes
 */
public record DocumentLimits(
    int bytesMax,
    int documentsMax,
    int operationsMax,
    int depthMax,
    int inputBytesMax,
    int outputBytesMax,
    int toolsBytesMax) {
  /** 16 MiB, 64 documents, 5,000 operations, 64 deep, 128 KiB in, 16 KiB out, 24 MiB of tools. */
  public static final DocumentLimits DEFAULT =
      new DocumentLimits(16 << 20, 64, 5_000, 64, 128 << 10, 16 << 10, 24 << 20);

  public DocumentLimits {
    if (bytesMax < 64
        || documentsMax < 1
        || operationsMax < 1
        || depthMax < 1
        || inputBytesMax < 64
        || outputBytesMax < 64
        || toolsBytesMax < 64) {
      throw new IllegalArgumentException("limits of documents must be positive");
    }
  }
}
