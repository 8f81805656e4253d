package dev.discretizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each package may import. Imports point one way, towards {@code tensor}.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.discretizer";

	private static final String CONFIGURATION = "org.springframework.context.annotation.Configuration";

	private static final Path SOURCES = Path.of(System.getProperty("user.dir"), "src", "main", "java");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	/**
	 * What each package below HTTP may import, besides itself, java and the annotations
	 * of JSpecify; of ours by the name below the root, of others by their package.
	 */
	private static final Map<String, List<String>> MAY_IMPORT = mayImport();

	private static Map<String, List<String>> mayImport() {
		Map<String, List<String>> may = new TreeMap<>();
		may.put("tensor", List.of());
		may.put("discretize", List.of("tensor"));
		may.put("device", List.of("tensor"));
		may.put("graph", List.of("tensor"));
		may.put("network", List.of("tensor", "discretize", "device", "graph"));
		may.put("behaviour", List.of("tensor", "discretize", "network", "graph", "behaviour.simulator"));
		may.put("behaviour.simulator", List.of("tensor", "graph"));
		may.put("codec", List.of("tensor"));
		may.put("codec.npy", List.of("tensor", "codec"));
		may.put("codec.safetensors", List.of("tensor", "codec", "tools.jackson.core.."));
		may.put("codec.raw", List.of("tensor", "codec"));
		may.put("codec.csv", List.of("tensor", "codec"));
		may.put("codec.multipart", List.of("tensor", "codec", "org.apache.commons.fileupload2.core.."));
		may.put("codec.recording", List.of("tensor", "codec", "codec.npy"));
		may.put("codec.json", List.of("tensor", "codec", "tools.jackson.core.."));
		may.put("codec.nir", List.of("tensor", "codec", "graph"));
		may.put("budget", List.of("tensor"));
		may.put("service", List.of("tensor", "discretize", "device", "graph", "network", "behaviour",
				"behaviour.simulator", "budget"));
		return may;
	}

	@TestFactory
	Stream<DynamicTest> packagesImportNoMoreThanTheyMay() {
		return MAY_IMPORT.entrySet().stream().map((entry) -> DynamicTest.dynamicTest(entry.getKey(), () -> {
			List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify.annotations", ours(entry.getKey())));
			entry.getValue().forEach((name) -> allowed.add(name.contains("..") ? name : ours(name)));
			check(classes().that()
				.resideInAPackage(ours(entry.getKey()))
				.should()
				.onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new))));
		}));
	}

	/**
	 * What is below the API takes labels and interfaces for what it cannot know.
	 */
	@Test
	void serverImportsOfOursWhatIsBelowTheApi() {
		check(noClasses().that()
			.resideInAPackage(ours("web.server"))
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + "..").and(DescribedPredicate
				.not(resideInAnyPackage(ours("web.server"), ours("tensor"), ours("codec"), ours("budget"))))));
	}

	/** What declares the API knows neither how it is served nor how it is described. */
	@Test
	void declarationsKnowNoServlets() {
		check(classes().that()
			.resideInAPackage(ours("web.api"))
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations",
					"org.springframework.http..", "org.springframework.util..", ours("web.api"), ours("tensor"),
					ours("discretize"), ours("device"), ours("graph"), ours("network"), ours("behaviour.."),
					ours("service"), ours("codec.."))));
	}

	@Test
	void nothingImportsTheDocument() {
		check(noClasses().that()
			.resideOutsideOfPackage(ours("web.openapi"))
			.should()
			.dependOnClassesThat(resideInAPackage(ours("web.openapi"))));
	}

	/** More than one can keep in mind. */
	@Test
	void noPackageHasMoreThan28Types() {
		Map<String, Long> types = CLASSES.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(types).isNotEmpty().allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(28));
	}

	/** Web and security may import all but the two that stand above them. */
	@Test
	void webAndSecurityImportNeitherConfigNorTheApplication() {
		check(noClasses().that()
			.resideInAnyPackage(ours("web.."), ours("security.."))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT, ours("config..")));
	}

	/** They exchange attributes of the request, which budget.RequestAttributes names. */
	@Test
	void webAndSecurityDoNotImportEachOther() {
		check(noClasses().that()
			.resideInAPackage(ours("web.."))
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ours("security..")));
		check(noClasses().that()
			.resideInAPackage(ours("security.."))
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ours("web..")));
	}

	@Test
	void springSecurityIsKnownOnlyToSecurity() {
		check(noClasses().that()
			.resideOutsideOfPackage(ours("security.."))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.security..", "com.nimbusds.."));
	}

	@Test
	void everyPackageIsOneOfThese() {
		List<String> known = new ArrayList<>(List.of(ROOT, ours("web.."), ours("security.."), ours("config")));
		MAY_IMPORT.keySet().forEach((name) -> known.add(ours(name)));
		check(classes().should().resideInAnyPackage(known.toArray(String[]::new)));
	}

	@Test
	void coreDoesNoInputOrOutput() {
		check(noClasses().that()
			.resideInAnyPackage(ours("tensor"), ours("discretize"), ours("device"), ours("behaviour.."))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net.."));
	}

	@Test
	void springIsKnownOnlyWhereHttpAndConfigurationAre() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT, ours("web.."), ours("security.."), ours("config"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "jakarta..", "org.apache.catalina..", "org.apache.coyote..",
					"org.apache.tomcat.."));
	}

	@Test
	void jacksonIsKnownOnlyToTheCodecsOfJsonAndToWeb() {
		check(noClasses().that()
			.resideOutsideOfPackages(ours("codec.json"), ours("codec.safetensors"), ours("web.."))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson.."));
	}

	@Test
	void micrometerIsKnownOnlyToWebAndConfig() {
		check(noClasses().that()
			.resideOutsideOfPackages(ours("web.."), ours("config"))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer.."));
	}

	@Test
	void codecsDoNotKnowEachOther() {
		check(slices().matching(ours("codec.(*).."))
			.should()
			.notDependOnEachOther()
			.ignoreDependency(resideInAPackage(ours("codec.recording")), resideInAPackage(ours("codec.npy"))));
	}

	@Test
	void nothingImportsConfig() {
		check(noClasses().that()
			.resideOutsideOfPackage(ours("config"))
			.should()
			.dependOnClassesThat(resideInAPackage(ours("config"))));
	}

	@Test
	void rootHoldsTheApplicationAlone() {
		check(classes().that()
			.resideInAPackage(ROOT)
			.should()
			.haveSimpleName("DiscretizerApplication")
			.orShould()
			.haveSimpleName("package-info"));
		check(classes().that()
			.resideInAPackage(ROOT)
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage("java..", "org.springframework.boot..", "org.jspecify.annotations", ROOT,
							// The default of a member of @SpringBootApplication.
							"org.springframework.beans.factory.support")));

	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching(ours("(**)")).should().beFreeOfCycles());
	}

	/** But for what Tomcat itself makes by its name. */
	@Test
	void webAndSecurityArePackagePrivate() {
		check(classes().that()
			.resideInAnyPackage(ours("web"), ours("web.openapi"), ours("security"))
			.and()
			.areTopLevelClasses()
			.and()
			// Whose problems the document shows.
			.doNotHaveFullyQualifiedName(ours("web.Problems"))
			.and()
			.areNotAssignableTo("org.apache.catalina.valves.ErrorReportValve")
			.should()
			.notBePublic());
	}

	@Test
	void webAndSecurityHaveEachAConfigurationOfTheirOwn() {
		for (String name : List.of(ours("web"), ours("web.server"), ours("web.openapi"), ours("security"))) {
			List<JavaClass> inside = CLASSES.stream()
				.filter((type) -> type.getPackageName().equals(name) && !type.getSimpleName().equals("package-info"))
				.toList();
			assertThat(inside.isEmpty() || inside.stream().anyMatch((type) -> type.isMetaAnnotatedWith(CONFIGURATION)))
				.as(name)
				.isTrue();
		}
	}

	/** Their equals would compare identities. */
	@Test
	void noRecordHasAnArray() {
		check(fields().that()
			.areDeclaredInClassesThat(DescribedPredicate.describe("are records", JavaClass::isRecord))
			.and()
			.areNotStatic()
			.should()
			.notHaveRawType(DescribedPredicate.describe("an array", JavaClass::isArray)));
	}

	@Test
	void standardStreamsAndJavaLoggingAreLeftAlone() {
		check(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
		check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
	}

	@Test
	void constructorsGetWhatAClassNeeds() {
		check(NO_CLASSES_SHOULD_USE_FIELD_INJECTION);
	}

	@Test
	void everyPackageSaysWhatLivesThereAndIsNullMarked() throws IOException {
		List<Path> packages;
		try (Stream<Path> files = Files.walk(SOURCES)) {
			packages = files.filter((file) -> file.toString().endsWith(".java"))
				.map(Path::getParent)
				.distinct()
				.toList();
		}
		assertThat(packages).hasSizeGreaterThan(5).allSatisfy((directory) -> {
			Path info = directory.resolve("package-info.java");
			assertThat(info).exists();
			assertThat(Files.readString(info)).startsWith("/**")
				.containsPattern("(?s)May[\\s*]+import")
				.containsPattern("(?m)^@NullMarked$");
		});
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(CLASSES);
	}

	private static String ours(String name) {
		return ROOT + "." + name;
	}

}
