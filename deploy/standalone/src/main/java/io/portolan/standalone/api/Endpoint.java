package io.portolan.standalone.api;

/**
 * One thing that can be asked for. Immutable.
 *
 * @param method GET, POST, PUT, PATCH or DELETE; all but GET are recorded in the audit log
 * @param path with a parameter {@code tenant} where the path names the tenant; otherwise the
 *     administrator names it by {@code ?tenant=}
 * @param who may ask for it
 * @param scope whether it is about one tenant, which then is there
 */
public record Endpoint(String method, PathTemplate path, Who who, Scope scope, Handler handler) {

  /** What an endpoint is about. */
  public enum Scope {
    /** One tenant: the sender's, or the one the administrator names. */
    TENANT,
    /** All of them, or one that is to be made: {@link ApiRequest#tenant} is the system's. */
    PLATFORM
  }

  public Endpoint {
    if (scope == Scope.PLATFORM && who instanceof Who.Member) {
      throw new IllegalArgumentException("no member of a tenant asks for " + path);
    }
  }

  /** Reads something of a tenant. */
  public static Endpoint get(String path, Who who, Handler handler) {
    return ofTenant("GET", path, who, handler);
  }

  /** Makes something in a tenant, or does something to it. */
  public static Endpoint post(String path, Who who, Handler handler) {
    return ofTenant("POST", path, who, handler);
  }

  /** Sets something of a tenant. */
  public static Endpoint put(String path, Who who, Handler handler) {
    return ofTenant("PUT", path, who, handler);
  }

  /** Changes a part of something of a tenant. */
  public static Endpoint patch(String path, Who who, Handler handler) {
    return ofTenant("PATCH", path, who, handler);
  }

  /** Ends something of a tenant. */
  public static Endpoint delete(String path, Who who, Handler handler) {
    return ofTenant("DELETE", path, who, handler);
  }

  private static Endpoint ofTenant(String method, String path, Who who, Handler handler) {
    return new Endpoint(method, PathTemplate.of(path), who, Scope.TENANT, handler);
  }

  /** What is about no single tenant, for the administrator. */
  public static Endpoint ofPlatform(String method, String path, Handler handler) {
    return new Endpoint(
        method, PathTemplate.of(path), Who.administrator(), Scope.PLATFORM, handler);
  }

  boolean changesSomething() {
    return !method.equals("GET");
  }

  /** As it is called in documents and in the audit log. */
  public String name() {
    return method + " " + path;
  }
}
