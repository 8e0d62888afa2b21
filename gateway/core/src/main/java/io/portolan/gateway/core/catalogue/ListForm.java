package io.portolan.gateway.core.catalogue;

/** How a server answers when it is asked for a list. */
public enum ListForm {
  /** With one JSON body. */
  WHOLE,
  /** With a stream of events that brings one message. */
  EVENTS
}
