package io.portolan.standalone.registry;

import io.portolan.registry.ServerVersion;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.document.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * What is published is shown to every client as it was sent, and clients read it by its schema: so
 * what the schema does not allow is refused even where the gateway has no use for it.
 */

/**
 * The form of a server.json (schema 2025-12-11). Throws {@link IllegalArgumentException} in words
 * for the sender. Stateless.
 */
final class DocumentForm {
  private static final List<String> PACKAGES =
      List.of("npm", "pypi", "oci", "nuget", "cargo", "mcpb");
  private static final List<String> REMOTES = List.of("streamable-http", "sse");
  private static final List<String> TRANSPORTS = List.of("stdio", "streamable-http", "sse");
  private static final List<String> FORMATS = List.of("string", "number", "boolean", "filepath");

  private DocumentForm() {}

  static void check(Value.Mapping sent) {
    noNulls("", sent);
    var fields = Fields.of(sent);
    var _ = fields.text("$schema");
    var _ = fields.object("_meta");
    fields.objects("packages").forEach(DocumentForm::checkPackage);
    for (var remote : fields.objects("remotes")) {
      checkTransport("the type of a remote", remote, REMOTES);
    }
    var repository = fields.object("repository");
    if (repository != null) {
      checkWeb("repository.url", repository.required("url"));
      var _ = repository.required("source");
      texts(repository, "id", "subfolder");
    }
    checkWeb("websiteUrl", fields.text("websiteUrl"));
    for (var icon : fields.objects("icons")) {
      checkWeb("icons.src", icon.required("src"));
      texts(icon, "mimeType", "theme");
      var _ = icon.words("sizes", Set.of());
    }
  }

  /** Nothing of a document may be null; what its publisher adds may be anything. */
  private static void noNulls(String path, Value value) {
    switch (value) {
      case Value.Nothing _ ->
          throw new IllegalArgumentException(path + " is null; leave it out, or send a value");
      case Value.Mapping mapping -> {
        for (var member : mapping.members()) {
          if (!member.name().equals("_meta")) {
            noNulls(path.isEmpty() ? member.name() : path + "." + member.name(), member.value());
          }
        }
      }
      case Value.Sequence list -> list.items().forEach(item -> noNulls(path, item));
      case Value.Text _, Value.Numeral _, Value.Flag _ -> {}
    }
  }

  private static void checkPackage(Fields each) {
    oneOf("registryType", each.required("registryType"), PACKAGES);
    var identifier = each.required("identifier");
    var version = each.text("version");
    if (version != null) {
      var _ = new ServerVersion(version);
    }
    texts(each, "registryBaseUrl", "runtimeHint");
    var digest = each.text("fileSha256");
    if (each.required("registryType").equals("mcpb") && digest == null) {
      throw new IllegalArgumentException("the mcpb package " + identifier + " has no fileSha256");
    }
    if (digest != null && !digest.matches("[a-f0-9]{64}")) {
      throw new IllegalArgumentException(
          "fileSha256 is '" + digest + "'; expected 64 characters of 0-9 a-f");
    }
    var transport = each.object("transport");
    if (transport == null) {
      throw new IllegalArgumentException("the package " + identifier + " has no transport");
    }
    checkTransport("the type of a transport", transport, TRANSPORTS);
    each.objects("runtimeArguments").forEach(DocumentForm::checkArgument);
    each.objects("packageArguments").forEach(DocumentForm::checkArgument);
    each.objects("environmentVariables").forEach(DocumentForm::checkNamed);
  }

  private static void checkTransport(String what, Fields transport, List<String> types) {
    var type = transport.required("type");
    oneOf(what, type, types);
    if (!type.equals("stdio")) {
      var _ = transport.required("url");
      transport.objects("headers").forEach(DocumentForm::checkNamed);
      transport.named("variables").values().forEach(DocumentForm::checkInput);
    }
  }

  private static void checkArgument(Fields argument) {
    var type = argument.required("type");
    oneOf("the type of an argument", type, List.of("positional", "named"));
    if (type.equals("named")) {
      var _ = argument.required("name");
    } else if (argument.text("value") == null && argument.text("valueHint") == null) {
      throw new IllegalArgumentException(
          "a positional argument has neither value nor valueHint; expected one of them");
    }
    var _ = argument.flag("isRepeated");
    checkInput(argument);
  }

  private static void checkNamed(Fields input) {
    var _ = input.required("name");
    checkInput(input);
  }

  private static void checkInput(Fields input) {
    texts(input, "description", "value", "default", "placeholder", "valueHint");
    var format = input.text("format");
    if (format != null) {
      oneOf("format", format, FORMATS);
    }
    var _ = input.flag("isRequired");
    var _ = input.flag("isSecret");
    var _ = input.words("choices", Set.of());
    input.named("variables").values().forEach(DocumentForm::checkInput);
  }

  private static void texts(Fields fields, String... names) {
    for (var name : names) {
      var _ = fields.text(name);
    }
  }

  private static void oneOf(String what, String sent, List<String> known) {
    if (!known.contains(sent)) {
      throw new IllegalArgumentException(
          what + " is '" + sent + "'; expected one of " + String.join(", ", known));
    }
  }

  private static void checkWeb(String name, @Nullable String url) {
    if (url != null && !url.toLowerCase(Locale.ROOT).startsWith("https://")) {
      throw new IllegalArgumentException(name + " is '" + url + "'; expected an https URL");
    }
  }
}
