package io.portolan.gateway.http;

import io.helidon.http.Method;

/** The HTTP methods that mean something here. */
enum Verb {
  POST,
  GET,
  DELETE,
  OPTIONS,
  HEAD,
  OTHER;

  static Verb of(Method method) {
    return switch (method.text()) {
      case "POST" -> POST;
      case "GET" -> GET;
      case "DELETE" -> DELETE;
      case "OPTIONS" -> OPTIONS;
      case "HEAD" -> HEAD;
      default -> OTHER;
    };
  }
}
