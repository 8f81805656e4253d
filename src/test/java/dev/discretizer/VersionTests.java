package dev.discretizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Every part says the version of {@code pom.xml}.
 */
class VersionTests {

	private static final String VERSION = find("pom.xml", "<artifactId>discretizer</artifactId>\\s*<version>(.+?)</")
		.replace("-SNAPSHOT", "");

	@Test
	void versionIsThatOfARelease() {
		assertThat(VERSION).matches("\\d+\\.\\d+\\.\\d+");
	}

	@ParameterizedTest
	@MethodSource("parts")
	void partHasTheVersionOfTheBuild(String file, String pattern) {
		assertThat(find(file, pattern)).as(file).isEqualTo(VERSION);
	}

	static Stream<Arguments> parts() {
		return Stream.of(arguments("Dockerfile", "(?m)^ARG VERSION=(\\S+)$"),
				arguments("docs/container.md", "`VERSION`.*?\\| `([0-9][^`]*)`"),
				arguments("helm/discretizer/Chart.yaml", "(?m)^version: (\\S+)$"),
				arguments("helm/discretizer/Chart.yaml", "(?m)^appVersion: \"(\\S+)\"$"),
				arguments("helm/discretizer/README.md", "discretizer:([0-9][0-9.]*[0-9])"),
				arguments("clients/python/src/discretizer/_version.py", "__version__ = \"(.+)\""),
				arguments("openapi/openapi.yaml", "(?s)\\A.*?\n  version: \"?([^\"\\s]+)"),
				arguments("CHANGELOG.md", "(?m)^## ([^ ,]+)"));
	}

	@Test
	void jarHasTheVersionAndNoTimeOfABuild() throws IOException {
		Properties build = new Properties();
		try (InputStream in = VersionTests.class.getResourceAsStream("/META-INF/build-info.properties")) {
			build.load(in);
		}
		assertThat(build).containsEntry("build.version", VERSION).doesNotContainKey("build.time");
	}

	private static String find(String file, String pattern) {
		try {
			Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file), StandardCharsets.UTF_8));
			assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
			return matcher.group(1);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
