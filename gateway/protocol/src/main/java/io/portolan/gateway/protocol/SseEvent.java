package io.portolan.gateway.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One server-sent event.
 *
 * @param type the event's type, "message" when the stream names none
 * @param id the event's id field; null when it has none
 * @param data the data lines joined by line feeds; empty when there are none
 * @param retry the reconnection time the event sets; null when it sets none
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
public record SseEvent(String type, @Nullable String id, Slice data, @Nullable Duration retry) {}
