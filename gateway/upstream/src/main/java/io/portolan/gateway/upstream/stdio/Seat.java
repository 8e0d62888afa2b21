package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;

/**
 * What a call needs of a child, and, once it has one, that it uses it.
 *
 * @param callId the request's id
 * @param kind how the call may share a child
 */
record Seat(long callId, StdioLink link, Principal principal, Era era, Kind kind) {
  /** How a call may share a child with others. */
  enum Kind {
    /** Its client takes no requests: anybody's calls may be beside it. */
    PLAIN,
    /**
     * Its client takes requests, and those name no call: no other such session may be beside it,
     * and nobody else's calls either, because a request could be meant for theirs.
     */
    INTERACTIVE,
    /** It changes what the child remembers, so it goes to the child that stays. */
    LASTING,
    /** It only looks at what a child said of itself. */
    PASSING
  }

  /** Whether this call may join another that a child is busy with. */
  boolean toleratesBeside(Seat other) {
    if (kind == Kind.LASTING || kind == Kind.PASSING || other.kind == Kind.LASTING) {
      return true;
    }
    if (kind == Kind.INTERACTIVE || other.kind == Kind.INTERACTIVE) {
      var two = kind == Kind.INTERACTIVE && other.kind == Kind.INTERACTIVE;
      return link == other.link || (!two && principal.equals(other.principal));
    }
    return true;
  }
}
