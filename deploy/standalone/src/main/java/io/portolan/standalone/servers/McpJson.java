package io.portolan.standalone.servers;

import io.portolan.registry.ServerDefinition;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.JsonDocument;
import io.portolan.standalone.document.Place;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers server definitions from several files. A server's name is unique over all of them. Reads
 * files, starts nothing; every mistake becomes a finding, and reading goes on. For one thread.
 */
public final class McpJson {
  private static final String EXPECTED =
      "{\"mcpServers\": {\"name\": {\"command\": ...} or {\"url\": ...}}}";

  private final Surroundings surroundings;
  private final Findings findings;
  private final Duration defaultTimeout;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final List<ServerDefinition> definitions = new ArrayList<>();

  /**
   * @param defaultTimeout how long a call may take where an entry does not say
   */
  public McpJson(Surroundings surroundings, Findings findings, Duration defaultTimeout) {
    this.surroundings = surroundings;
    this.findings = findings;
    this.defaultTimeout = defaultTimeout;
  }

  /** Adds the servers of an IDE's file. */
  public void addFile(Path file) {
    JsonDocument.read(file, findings).ifPresent(root -> addRoot(file, root));
  }

  /** Adds the servers of {@code portolan.yaml}, where a value may name a file with a secret. */
  public void addOwn(Path file, Member servers) {
    add(file, servers, EntryText.SecretFiles.READ);
  }

  /** All servers read without a mistake, in the order of the files. */
  public List<ServerDefinition> definitions() {
    return List.copyOf(definitions);
  }

  private void addRoot(Path file, Value root) {
    if (!(root instanceof Mapping members)) {
      findings.problem(root.at(), "the file holds " + root.kind(), EXPECTED);
      return;
    }
    var lists = serverLists(members);
    if (lists.isEmpty()) {
      findings.problem(
          root.at(), "there is neither \"mcpServers\" nor \"servers\" in the file", EXPECTED);
    }
    lists.forEach(list -> add(file, list, EntryText.SecretFiles.PLAIN_TEXT));
  }

  /**
   * Most write {@code mcpServers}, VS Code {@code servers}, its settings.json {@code mcp.servers}.
   */
  private static List<Member> serverLists(Mapping root) {
    var lists = new ArrayList<Member>();
    root.find("mcpServers").ifPresent(lists::add);
    root.find("servers").ifPresent(lists::add);
    Optional.of(root)
        .flatMap(members -> members.find("mcp"))
        .map(Member::value)
        .flatMap(value -> value instanceof Mapping mcp ? mcp.find("servers") : Optional.empty())
        .ifPresent(lists::add);
    return lists;
  }

  private void add(Path file, Member servers, EntryText.SecretFiles secretFiles) {
    if (!(servers.value() instanceof Mapping entries)) {
      findings.problem(
          servers.value().at(),
          "\"" + servers.name() + "\" is " + servers.value().kind(),
          "an object with one member for each server");
      return;
    }
    var workspace = Expansion.workspaceOf(file);
    var text =
        new EntryText(findings, new Expansion(surroundings, workspace), secretFiles, workspace);
    var reader = new ServerEntry(findings, text, workspace, defaultTimeout);
    for (var entry : entries.members()) {
      reader.read(entry).ifPresent(definition -> addUnique(entry, definition));
    }
  }

  private void addUnique(Member entry, ServerDefinition definition) {
    var first = places.putIfAbsent(definition.name(), entry.at());
    if (first == null) {
      definitions.add(definition);
      warnAboutMissingProgram(entry, definition);
    } else {
      findings.problem(
          entry.at(),
          "a server named \"" + definition.name() + "\" is already defined at " + first,
          "a name of its own for each server");
    }
  }

  /** Only a notice: the program may be installed later, and the others work without it. */
  private void warnAboutMissingProgram(Member entry, ServerDefinition definition) {
    if (definition instanceof ServerDefinition.Stdio stdio) {
      var directory =
          stdio.workingDirectory() instanceof ServerDefinition.WorkingDirectory.At at
              ? at.path()
              : surroundings.directory();
      if (new Programs(surroundings).find(stdio.command(), directory).isEmpty()) {
        var where = stdio.command().contains("/") ? "" : " on PATH";
        findings.notice(
            entry.at(),
            "server \""
                + stdio.name()
                + "\" will be down: no program \""
                + stdio.command()
                + "\""
                + where);
      }
    }
  }
}
