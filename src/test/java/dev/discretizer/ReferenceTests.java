package dev.discretizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.tensor.ImpossibleRecordingException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/reference.md} to what is declared. Tables between markers are made
 * here, from {@code openapi/openapi.yaml} and the metadata of the properties; the others
 * must name what there is, and nothing else. This writes the former anew:
 *
 * <pre>
 * mvn test -Dtest=ReferenceTests -Dreference.write=true
 * </pre>
 */
class ReferenceTests {

	private static final Path PAGE = Path.of("docs", "reference.md");

	private static final Map<String, Object> DOCUMENT = yaml(Path.of("openapi", "openapi.yaml"));

	/** Lower-case literals of Problems.java that are no codes but values of headers. */
	private static final Set<String> VALUES_OF_HEADERS = Set.of("close", "identity");

	private final String page = read(PAGE);

	@Test
	void endpointsAreThoseOfTheDocument() {
		StringBuilder table = new StringBuilder(
				"| endpoint | | JSON members of a request | JSON members of an answer |\n")
			.append("|---|---|---|---|\n");
		operations().forEach((endpoint,
				operation) -> table.append("| `%s` | %s | %s | %s |\n".formatted(endpoint, operation.get("summary"),
						members(get(operation, "requestBody", "content", "application/json")),
						members(get(operation, "responses", "200", "content", "application/json")))));
		holds("endpoints", table.toString());
	}

	@Test
	void mediaTypesAreThoseOfTheDocument() {
		Map<String, String> bodies = new LinkedHashMap<>();
		operations().forEach((endpoint, operation) -> get(operation, "requestBody", "content").keySet()
			.forEach((type) -> bodies.merge("`" + type + "`", "`%s`".formatted(path(endpoint)),
					(one, other) -> one + ", " + other)));
		holds("media-types", "| `Content-Type` | taken by |\n|---|---|\n" + rows(bodies));
	}

	@Test
	void parametersAreThoseOfTheDocument() {
		Map<String, List<String>> rows = new TreeMap<>();
		operations().forEach((endpoint, operation) -> list(operation.get("parameters")).stream()
			.filter((parameter) -> "query".equals(parameter.get("in")))
			.forEach((parameter) -> rows.computeIfAbsent(row(parameter), (key) -> new ArrayList<>())
				.add("`%s`".formatted(path(endpoint)))));
		holds("parameters",
				"| query parameter | values | | of |\n|---|---|---|---|\n" + rows.entrySet()
					.stream()
					.map((row) -> row.getKey() + " | " + String.join(", ", row.getValue()) + " |\n")
					.collect(Collectors.joining()));
	}

	@Test
	void headersAreThoseOfTheDocument() {
		Map<String, String> headers = new LinkedHashMap<>();
		get(DOCUMENT, "components", "headers")
			.forEach((name, header) -> headers.put("`" + name + "`", String.valueOf(map(header).get("description"))));
		holds("headers", "| header of an answer | |\n|---|---|\n" + rows(headers));
	}

	@Test
	void propertiesAreThoseThatAreBound() throws IOException {
		Map<String, String> table = new TreeMap<>();
		try (InputStream in = ReferenceTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			// JSON is YAML but for this one escape.
			String json = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\\/", "/");
			Map<String, Object> metadata = new Yaml().load(json);
			list(metadata.get("properties"))
				.forEach((property) -> table.put("`%s` | %s".formatted(property.get("name"), value(property)),
						plain(String.valueOf(property.get("description")))));
		}
		holds("properties", "| property | default | |\n|---|---|---|\n" + rows(table));
	}

	@Test
	void findingsAreThoseThatAreRaised() {
		assertThat(codes("Findings", "[A-Z0-9_]{4,}"))
			.containsExactlyInAnyOrderElementsOf(Arrays.stream(Finding.Code.values()).map(Enum::name).toList());
	}

	@Test
	void problemsAreThoseThatAreAnswered() {
		Stream<Enum<?>> causes = Stream
			.of(MalformedInputException.Cause.values(), MalformedNetworkException.Cause.values(),
					ImpossibleInputException.Cause.values(), ImpossibleRecordingException.Cause.values())
			.flatMap(Arrays::stream);
		Set<String> expected = causes.map((cause) -> cause.name().toLowerCase(Locale.ROOT).replace('_', '-'))
			.collect(Collectors.toCollection(TreeSet::new));
		String problems = read(source("Problems.java"));
		find(problems, "\"([a-z]+(?:-[a-z]+)*)\"").filter((word) -> !VALUES_OF_HEADERS.contains(word))
			.forEach(expected::add);
		assertThat(codes("Errors", "[a-z]+(?:-[a-z]+)*")).containsExactlyInAnyOrderElementsOf(expected);
	}

	/** The codes in the first column of the section's tables. */
	private List<String> codes(String section, String code) {
		Matcher matcher = Pattern.compile("(?s)\n## %s\n(.*?)(\n## |\\z)".formatted(section)).matcher(this.page);
		assertThat(matcher.find()).as(section).isTrue();
		return find(matcher.group(1), "(?m)^\\| (`.+?) \\|").flatMap((cell) -> find(cell, "`(%s)`".formatted(code)))
			.toList();
	}

	/** Compares what stands between the markers of that name, or writes it. */
	private void holds(String name, String table) {
		String begin = "<!-- %s: made by ReferenceTests -->\n".formatted(name);
		int from = this.page.indexOf(begin);
		int to = this.page.indexOf("<!-- end -->", from);
		assertThat(from).as(begin).isNotNegative();
		if (Boolean.getBoolean("reference.write")) {
			write(this.page.substring(0, from + begin.length()) + table + this.page.substring(to));
		}
		else {
			assertThat(this.page.substring(from + begin.length(), to)).isEqualTo(table);
		}
	}

	private static String row(Map<String, Object> parameter) {
		Map<String, Object> schema = map(parameter.get("schema"));
		String values = (schema.get("enum") instanceof List<?> choices)
				? choices.stream().map((choice) -> "`" + choice + "`").collect(Collectors.joining(", "))
				: String.valueOf(schema.getOrDefault("format", schema.get("type")));
		String fallback = schema.containsKey("default") ? " Default: `%s`.".formatted(schema.get("default")) : "";
		String words = String.valueOf(parameter.get("description")).replace(" Here or in the body, not both.", "");
		return "| `%s` | %s | %s%s".formatted(parameter.get("name"), values, words, fallback);
	}

	/** Names of the members of a schema, those of objects with the object's name. */
	private static String members(Map<String, Object> media) {
		Map<String, Object> schema = resolved(map(media.getOrDefault("schema", Map.of())));
		return map(schema.getOrDefault("properties", Map.of())).keySet()
			.stream()
			.map((name) -> "`" + name + "`")
			.collect(Collectors.joining(", "));
	}

	private static Map<String, Object> resolved(Map<String, Object> schema) {
		return (schema.get("$ref") instanceof String ref)
				? get(DOCUMENT, "components", "schemas", ref.substring(ref.lastIndexOf('/') + 1)) : schema;
	}

	private static String value(Map<String, Object> property) {
		return switch (property.get("defaultValue")) {
			case null -> "";
			case List<?> list -> list.stream().map((item) -> "`" + item + "`").collect(Collectors.joining(", "));
			case Object value -> "`" + value + "`";
		};
	}

	/** Javadoc as Markdown. */
	private static String plain(String description) {
		return description.replaceAll("\\{@(?:code|link) (.+?)}", "`$1`");
	}

	private static String rows(Map<String, String> cells) {
		return cells.entrySet()
			.stream()
			.map((row) -> "| %s | %s |\n".formatted(row.getKey(), row.getValue()))
			.collect(Collectors.joining());
	}

	/** By method and path, in the document's order. */
	private static Map<String, Map<String, Object>> operations() {
		Map<String, Map<String, Object>> operations = new LinkedHashMap<>();
		get(DOCUMENT, "paths").forEach((path, methods) -> map(methods).forEach((method, operation) -> operations
			.put((method + " " + path).replaceFirst("^post", "POST").replaceFirst("^get", "GET"), map(operation))));
		return operations;
	}

	/** Without method and base. */
	private static String path(String endpoint) {
		return endpoint.replaceFirst(".* /api/v1", "");
	}

	private static Stream<String> find(String text, String pattern) {
		return Pattern.compile(pattern).matcher(text).results().map((result) -> result.group(1));
	}

	private static Map<String, Object> get(Map<String, Object> object, String... path) {
		Map<String, Object> at = object;
		for (String name : path) {
			at = map(at.getOrDefault(name, Map.of()));
		}
		return at;
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(@Nullable Object value) {
		return (Map<String, Object>) Objects.requireNonNull(value);
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(@Nullable Object value) {
		return (value != null) ? (List<Map<String, Object>>) value : List.of();
	}

	private static Map<String, Object> yaml(Path file) {
		return new Yaml().load(read(file));
	}

	private static Path source(String name) {
		try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
			return files.filter((file) -> file.endsWith(name)).findFirst().orElseThrow();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void write(String page) {
		try {
			Files.writeString(PAGE, page, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
