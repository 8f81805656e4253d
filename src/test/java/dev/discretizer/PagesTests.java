package dev.discretizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What pages link to is there, and the README's commands are those of the project's own
 * check.
 */
class PagesTests {

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

	private static final Pattern FILE = Pattern.compile("`([a-z][\\w./-]*/\\w+\\.(?:java|py|md|yaml))`");

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(Path page) throws IOException {
		List<Path> targets = LINK.matcher(Files.readString(page, StandardCharsets.UTF_8))
			.results()
			.map((MatchResult link) -> page.resolveSibling(link.group(1)).normalize())
			.toList();
		assertThat(targets).as(page.toString()).allSatisfy((target) -> assertThat(target).exists());
	}

	@Test
	void commandThatTheReadmeNamesIsTheOneThatIsChecked() throws IOException {
		assertThat(Files.readAllLines(Path.of("README.md"))).anyMatch((line) -> line.matches("mvn verify +#.*"));
		assertThat(Files.readAllLines(Path.of(".ci", "run"))).contains("mvn -B -ntp verify");
	}

	/** Files of the product stand there without the folder that all of them are in. */
	@Test
	void filesThatContributorsAreSentToAreThere() throws IOException {
		List<String> files = FILE.matcher(Files.readString(Path.of("CONTRIBUTING.md"), StandardCharsets.UTF_8))
			.results()
			.map((MatchResult file) -> file.group(1))
			.toList();
		assertThat(files).hasSizeGreaterThan(15).allSatisfy((file) -> {
			Path root = Path.of(file.endsWith(".java") ? "src/main/java/dev/discretizer" : ".");
			assertThat(root.resolve(file)).exists();
		});
	}

	@Test
	void readmeIsShort() throws IOException {
		assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThan(160);
	}

	static Stream<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.list(Path.of("docs"))) {
			List<Path> found = docs.filter((file) -> file.toString().endsWith(".md")).sorted().toList();
			return Stream.concat(found.stream(),
					Stream
						.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "bench/RESULTS.md",
								"helm/discretizer/README.md", "clients/python/README.md")
						.map(Path::of));
		}
	}

}
