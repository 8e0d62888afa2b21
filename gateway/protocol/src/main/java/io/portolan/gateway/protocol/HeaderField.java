package io.portolan.gateway.protocol;

/**
 * One header field to send.
 *
 * @param name the field's name
 * @param value the field's value, fit for the wire
 */
public record HeaderField(String name, String value) {}
