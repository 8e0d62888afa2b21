package io.portolan.standalone.upstream;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages for people: plain, without scripts, in no frame. Stateless. */
final class Html {
  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}"
          + "button{font:inherit;padding:.4em 1.2em;margin-right:1em}"
          + "input{font:inherit;width:100%;margin:.4em 0 1em}";

  private Html() {}

  /**
   * A page.
   *
   * @param formsTo another origin that a form of the page may end up at; null for none
   */
  static Pages.Page page(
      int status, String title, String body, @Nullable String formsTo, List<Reply.Header> more) {
    var html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
            + escaped(title)
            + "</title><style>"
            + STYLE
            + "</style></head><body><h1>"
            + escaped(title)
            + "</h1>"
            + body
            + "</body></html>";
    var headers = new ArrayList<>(headers(formsTo));
    headers.addAll(more);
    return new Pages.Page(status, headers, Payload.of(Slice.utf8(html)), Pages.Type.HTML);
  }

  /** Sends the browser elsewhere. */
  static Pages.Page redirect(String to, List<Reply.Header> more) {
    var headers = new ArrayList<>(headers(null));
    headers.add(new Reply.Header("Location", to));
    headers.addAll(more);
    return new Pages.Page(303, headers, Payload.of(Slice.utf8("")), Pages.Type.HTML);
  }

  private static List<Reply.Header> headers(@Nullable String formsTo) {
    return List.of(
        new Reply.Header("Cache-Control", "no-store"),
        new Reply.Header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                + " frame-ancestors 'none'; form-action 'self'"
                + (formsTo == null ? "" : " " + formsTo)),
        new Reply.Header("X-Frame-Options", "DENY"),
        new Reply.Header("X-Content-Type-Options", "nosniff"),
        new Reply.Header("Referrer-Policy", "no-referrer"));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
