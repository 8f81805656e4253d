package dev.discretizer;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every test that docs/security.md names exists, and every row of its table names one.
 */
class SecurityPageTests {

	private static final Path PAGE = Path.of("docs", "security.md");

	private static final Path TESTS = Path.of("src", "test", "java");

	private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9]+(?:Tests|IT))#([A-Za-z0-9]+)`");

	private static List<String> rows() throws IOException {
		String page = Files.readString(PAGE);
		String section = page.substring(page.indexOf("## What is defended"), page.indexOf("Not defended:"));
		List<String> rows = section.lines().filter((line) -> line.startsWith("| ")).toList();
		// The first is the head of the table.
		return rows.subList(1, rows.size());
	}

	@Test
	void everyRowNamesATest() throws IOException {
		assertThat(rows()).hasSizeGreaterThan(20).allSatisfy((row) -> assertThat(row).containsPattern(NAME));
	}

	@Test
	void everyTestThatIsNamedExists() throws IOException {
		List<String> names = NAME.matcher(Files.readString(PAGE))
			.results()
			.map((result) -> result.group(1) + "#" + result.group(2))
			.toList();
		assertThat(names).hasSizeGreaterThan(40).allSatisfy((name) -> assertThat(isTest(name)).as(name).isTrue());
	}

	private static boolean isTest(String name) throws ReflectiveOperationException, IOException {
		String[] parts = name.split("#");
		try (Stream<Path> files = Files.walk(TESTS)) {
			for (Path file : files.filter((path) -> path.endsWith(parts[0] + ".java")).toList()) {
				String type = TESTS.relativize(file).toString().replaceFirst("\\.java$", "").replace('/', '.');
				if (Arrays.stream(Class.forName(type).getDeclaredMethods())
					.anyMatch((method) -> method.getName().equals(parts[1]) && isTest(method))) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean isTest(Method method) {
		return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class)
				|| method.isAnnotationPresent(TestFactory.class);
	}

}
