package io.portolan.gateway.core.parked;

import io.portolan.gateway.protocol.Message;

/**
 * What a server asks the client of a call.
 *
 * @param key what it is called towards the client
 * @param request the question as the server wrote it
 */
public record Question(String key, Message.Request request) {}
