package io.portolan.standalone.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the module map in ARCHITECTURE.md, over every class of the distribution. */
@SuppressWarnings("NullAway.Init")
class ArchitectureTest {
  private static JavaClasses ours;

  @BeforeAll
  static void importTheDistribution() {
    // Else ArchUnit fills gaps from the class path, and a rule may pass by looking at the wrong
    // class.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    // A rule about packages that are not there would pass for ever.
    ArchConfiguration.get().setProperty("archRule.failOnEmptyShould", "true");
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.portolan");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.portolan.tenancy",
        "io.portolan.tenancy.auth",
        "io.portolan.tenancy.store.embedded",
        "io.portolan.tenancy.store.cassandra",
        "io.portolan.tenancy.policy",
        "io.portolan.registry",
        "io.portolan.gateway.protocol",
        "io.portolan.gateway.core",
        "io.portolan.gateway.openapi",
        "io.portolan.gateway.upstream",
        "io.portolan.gateway.http",
        "io.portolan.inference.core",
        "io.portolan.inference.lucene",
        "io.portolan.mcp.kit",
        "io.portolan.mcp.everything",
        "io.portolan.standalone"
      })
  void everyAreaIsLookedAt(String area) {
    assertThat(ours.stream().filter(type -> type.getPackageName().startsWith(area)))
        .as("classes in " + area)
        .isNotEmpty();
  }

  @Test
  void tenancyUsesNothingOfOurs() {
    only("io.portolan.tenancy..", "io.portolan.tenancy..");
  }

  @Test
  void registryUsesTenancyOnly() {
    only("io.portolan.registry..", "io.portolan.registry..", "io.portolan.tenancy..");
  }

  @Test
  void protocolUsesNothingOfOurs() {
    only("io.portolan.gateway.protocol..", "io.portolan.gateway.protocol..");
  }

  @Test
  void theConversionOfDocumentsUsesNothingOfOurs() {
    only("io.portolan.gateway.openapi..", "io.portolan.gateway.openapi..");
  }

  @Test
  void theConversionOfDocumentsDoesNoIo() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.portolan.gateway.openapi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.http.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.portolan.gateway.openapi..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.Socket"));
  }

  @Test
  void coreUsesNoAdapter() {
    only(
        "io.portolan.gateway.core..",
        "io.portolan.gateway.core..",
        "io.portolan.gateway.protocol..",
        "io.portolan.registry..",
        "io.portolan.tenancy..");
  }

  @Test
  void upstreamUsesCoreAndNoOtherAdapter() {
    only(
        "io.portolan.gateway.upstream..",
        "io.portolan.gateway.upstream..",
        "io.portolan.gateway.openapi..",
        "io.portolan.gateway.core..",
        "io.portolan.gateway.protocol..",
        "io.portolan.registry..",
        "io.portolan.tenancy..");
  }

  @Test
  void httpUsesCoreAndNoOtherAdapter() {
    only(
        "io.portolan.gateway.http..",
        "io.portolan.gateway.http..",
        "io.portolan.gateway.core..",
        "io.portolan.gateway.protocol..",
        "io.portolan.registry..",
        "io.portolan.tenancy..");
  }

  @Test
  void theToolServersUseTheWireLayerOnly() {
    only("io.portolan.mcp.kit..", "io.portolan.mcp.kit..", "io.portolan.gateway.protocol..");
    only(
        "io.portolan.mcp.everything..",
        "io.portolan.mcp.everything..",
        "io.portolan.mcp.kit..",
        "io.portolan.gateway.protocol..");
  }

  @Test
  void inferenceUsesNothingOfOurs() {
    only("io.portolan.inference.core..", "io.portolan.inference.core..");
    only(
        "io.portolan.inference.lucene..",
        "io.portolan.inference.lucene..",
        "io.portolan.inference.core..");
  }

  @Test
  void nothingUsesTheCompositionRoot() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.standalone..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.portolan.standalone.."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"io.portolan.tenancy.store.embedded..", "io.portolan.tenancy.store.cassandra.."})
  void nothingButTheCompositionRootKnowsAStoreEngine(String engine) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(engine, "io.portolan.standalone..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(engine));
  }

  @Test
  void nothingButTheCompositionRootKnowsTheRules() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.portolan.tenancy.policy..", "io.portolan.standalone..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.portolan.tenancy.policy.."));
  }

  @Test
  void theLanguageOfConditionsIsKnownToTheRulesOnly() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.tenancy.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.cel..", "com.google.common..", "com.google.protobuf.."));
  }

  @Test
  void aDriverIsKnownToItsEngineOnly() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.tenancy.store.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite.."));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.tenancy.store.cassandra..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.datastax.."));
  }

  @Test
  void tokensAreReadByTheModuleForThemOnly() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.tenancy.auth..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.nimbusds.."));
  }

  @Test
  void coresKnowNoDriverAndNoLibrary() {
    for (var core :
        List.of(
            "io.portolan.tenancy..",
            "io.portolan.registry..",
            "io.portolan.gateway.protocol..",
            "io.portolan.gateway.core..")) {
      check(
          classes()
              .that()
              .resideInAPackage(core)
              .and()
              .resideOutsideOfPackages(
                  "io.portolan.tenancy.auth..",
                  "io.portolan.tenancy.store.embedded..",
                  "io.portolan.tenancy.store.cassandra..",
                  "io.portolan.tenancy.policy..")
              .should()
              .onlyDependOnClassesThat()
              .resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..", "io.portolan.."));
    }
  }

  @Test
  void coresKnowNoHttp() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.portolan.tenancy..",
                "io.portolan.registry..",
                "io.portolan.gateway.protocol..",
                "io.portolan.gateway.core..")
            .and()
            .resideOutsideOfPackages(
                "io.portolan.tenancy.auth.jwt..", // fetches keys of issuers
                "io.portolan.tenancy.auth.upstream..") // fetches tokens
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "com.sun.net.httpserver.."));
  }

  @Test
  void onlyTheEdgeAndTheKitServeWithHelidon() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.portolan.gateway.http..", "io.portolan.mcp..", "io.portolan.standalone")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon.."));
  }

  @Test
  void onlyTheToolServersUseTheSdk() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.portolan.mcp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.modelcontextprotocol.."));
  }

  @Test
  void theBridgeKnowsNoGateway() {
    only(
        "io.portolan.standalone.bridge..",
        "io.portolan.standalone.bridge..",
        "io.portolan.gateway.protocol..");
  }

  @Test
  void packagesOfAModuleFormNoCycle() {
    for (var module : List.of("io.portolan.gateway.(*)..", "io.portolan.standalone.(*)..")) {
      check(SlicesRuleDefinition.slices().matching(module).should().beFreeOfCycles());
    }
  }

  @Test
  void aRuleThatMatchesNoClassFails() {
    var nowhere =
        classes()
            .that()
            .resideInAPackage("io.portolan.nowhere..")
            .should()
            .resideInAPackage("io.portolan..");
    assertThat(catchThrowable(() -> check(nowhere)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed to check any classes");
  }

  /** Of our packages, those of {@code area} use only {@code allowed}. */
  private static void only(String area, String... allowed) {
    check(
        noClasses()
            .that()
            .resideInAPackage(area)
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("io.portolan..")
                    .and(JavaClass.Predicates.resideOutsideOfPackages(allowed))));
  }

  private static void check(ArchRule rule) {
    rule.check(ours);
  }
}
