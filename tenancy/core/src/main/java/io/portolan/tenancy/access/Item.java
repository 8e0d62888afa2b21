package io.portolan.tenancy.access;

/**
 * One thing of one server, under the server's own names.
 *
 * @param kind what it is
 * @param server the server's name as the operator wrote it
 * @param name its name, URI, task id or method at that server
 * @param risk what it can do at worst, as far as its server says; a rule set may know better
 */
public record Item(ItemKind kind, String server, String name, Risk risk) {}
