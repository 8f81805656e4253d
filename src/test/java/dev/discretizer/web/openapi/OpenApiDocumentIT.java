package dev.discretizer.web.openapi;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.discretizer.web.Form;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.Problem;
import dev.discretizer.web.api.ResponseHeader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.core.util.Yaml31;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code openapi/openapi.yaml}, the served document and the service to each other:
 * the document is the committed one, and all it says by example is so.
 *
 * <p>
 * After a change that is meant, this writes the recorded answers and the document anew:
 *
 * <pre>
 * mvn verify -Dit.test=OpenApiDocumentIT -Dopenapi.write=true
 * </pre>
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OpenApiDocumentIT {

	private static final Path DOCUMENT = Path.of("openapi", "openapi.yaml");

	private static final Path ANSWERS = Path.of("src", "main", "resources", "answers");

	/** Where the running service reads them. */
	private static final Path BUILT_ANSWERS = Path.of("target", "classes", "answers");

	private static final ObjectMapper JSON = Json31.mapper();

	private static final String JSON_TYPE = "application/json";

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final String base;

	OpenApiDocumentIT(@LocalServerPort int port) {
		this.base = "http://localhost:" + port;
	}

	@BeforeAll
	static void writeIfAsked(@LocalServerPort int port) throws Exception {
		if (Boolean.getBoolean("openapi.write")) {
			new OpenApiDocumentIT(port).write();
		}
	}

	private void write() throws Exception {
		Examples examples = Examples.load();
		for (Path directory : List.of(ANSWERS, BUILT_ANSWERS)) {
			Files.createDirectories(directory);
			try (Stream<Path> old = Files.list(directory)) {
				old.forEach((file) -> file.toFile().delete());
			}
		}
		for (Endpoint endpoint : Endpoint.withBody()) {
			Format format = endpoint.requests().getFirst();
			for (Examples.Example example : examples.of(endpoint, format)) {
				if (format == Format.MULTIPART) {
					record(example.answerFile(), postForm(endpoint, example).body());
					continue;
				}
				byte[] body = get(Examples.PATH + example.file(format)).body();
				record(example.answerFile(),
						post(endpoint.path(), "", format.mediaType().toString(), JSON_TYPE, body).body());
			}
		}
		for (Refused refused : Refused.values()) {
			record(ProblemComponents.recording(refused.status()), refuse(refused).body());
		}
		Files.createDirectories(DOCUMENT.getParent());
		Files.write(DOCUMENT, get("/v3/api-docs.yaml").body());
	}

	private static void record(String file, byte[] answer) throws IOException {
		for (Path directory : List.of(ANSWERS, BUILT_ANSWERS)) {
			Files.writeString(directory.resolve(file), new String(answer, StandardCharsets.UTF_8) + "\n");
		}
	}

	/** Requests that are answered with a problem, one for each recorded status. */
	enum Refused {

		BAD_REQUEST(JSON_TYPE, "*/*", """
				{"conv": {"weight": {"shape": [2, 2], "data": [0.5, 0.25, -1]}}, "spike": {"spike_threshold": 1}}"""),
		NOT_ACCEPTABLE(JSON_TYPE, "image/png", "{}"), CONTENT_TOO_LARGE(JSON_TYPE, "*/*", """
				{"conv": {"weight": [[[[[[[[[0.5]]]]]]]]]}, "spike": {"spike_threshold": 1}}"""),
		UNSUPPORTED_MEDIA_TYPE("text/csv", "*/*", "0.5,0.25"), UNPROCESSABLE_CONTENT(JSON_TYPE, "*/*", """
				{"conv": {"weight": [0.5, -1]}, "spike": {"spike_threshold": 1, "min_v_mem": 2}}""");

		private final String contentType;

		private final String accept;

		private final String body;

		Refused(String contentType, String accept, String body) {
			this.contentType = contentType;
			this.accept = accept;
			this.body = body;
		}

		HttpStatus status() {
			return HttpStatus.valueOf(name());
		}

	}

	private HttpResponse<byte[]> refuse(Refused refused) throws Exception {
		return post(Endpoint.CONV_SPIKE.path(), "", refused.contentType, refused.accept,
				refused.body.getBytes(StandardCharsets.UTF_8));
	}

	private HttpResponse<byte[]> get(String path) throws Exception {
		return CLIENT.send(HttpRequest.newBuilder(URI.create(this.base + path)).build(), BodyHandlers.ofByteArray());
	}

	private HttpResponse<byte[]> post(String path, String query, String contentType, String accept, byte[] body)
			throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + path + query))
			.header("Content-Type", contentType)
			.header("Accept", accept)
			.header(ResponseHeader.REQUEST_ID.label(), ProblemComponents.REQUEST_ID)
			.POST(BodyPublishers.ofByteArray(body))
			.build();
		return CLIENT.send(request, BodyHandlers.ofByteArray());
	}

	/** Sends the files of an example as a browser does. */
	private HttpResponse<byte[]> postForm(Endpoint endpoint, Examples.Example example) throws Exception {
		Form form = new Form();
		for (Map.Entry<String, List<String>> part : Objects.requireNonNull(example.parts()).entrySet()) {
			for (String file : part.getValue()) {
				form.file(part.getKey(), file, get(Examples.PATH + file).body());
			}
		}
		String query = Objects.requireNonNullElse(example.query(), Map.<String, String>of())
			.entrySet()
			.stream()
			.map((parameter) -> parameter.getKey() + "=" + parameter.getValue())
			.collect(Collectors.joining("&", "?", ""));
		return post(endpoint.path(), query, form.contentType(), JSON_TYPE, form.body());
	}

	static Stream<Arguments> forms() {
		Examples examples = Examples.load();
		return Arrays.stream(Endpoint.values())
			.flatMap((endpoint) -> examples.of(endpoint, Format.MULTIPART)
				.stream()
				.map((example) -> Arguments.of(endpoint, example)));
	}

	@ParameterizedTest
	@MethodSource("forms")
	void everyFormIsAnsweredAsTheDocumentSays(Endpoint endpoint, Examples.Example example) throws Exception {
		HttpResponse<byte[]> answer = postForm(endpoint, example);
		assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
		assertThat(JSON.readTree(answer.body())).isEqualTo(Examples.answer(example.answerFile()));
	}

	@Test
	void everyFormNamesItsFilesAndTheirTypes() throws Exception {
		for (Described described : operations()) {
			JsonNode form = described.requests().path("multipart/form-data");
			if (!form.isMissingNode()) {
				form.path("schema").path("properties").properties().forEach((part) -> {
					assertThat(form.path("x-example-files").path(part.getKey())).as(part.getKey()).isNotEmpty();
					assertThat(form.at("/encoding/" + part.getKey() + "/contentType").asText())
						.contains("application/octet-stream");
				});
				assertThat(described.operation().path("description").asText()).contains("curl")
					.containsPattern("-F (network|original)=@");
			}
		}
	}

	/** An operation of the document with what it says. */
	private record Described(String path, JsonNode operation) {

		JsonNode requests() {
			return this.operation.path("requestBody").path("content");
		}

		JsonNode answerTo(String example) {
			return this.operation.at("/responses/200/content/application~1json/examples/" + example + "/value");
		}

		/** What the parameters' examples of that name say. */
		String query(String example) {
			List<String> pairs = new ArrayList<>();
			for (JsonNode parameter : this.operation.path("parameters")) {
				JsonNode value = parameter.path("examples").path(example).path("value");
				if (!value.isMissingNode()) {
					pairs.add(parameter.path("name").asText() + "=" + value.asText());
				}
			}
			return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
		}

	}

	private JsonNode document() throws Exception {
		return JSON.readTree(get("/v3/api-docs").body());
	}

	private List<Described> operations() throws Exception {
		List<Described> operations = new ArrayList<>();
		document().path("paths")
			.properties()
			.forEach((path) -> path.getValue()
				.properties()
				.forEach((method) -> operations.add(new Described(path.getKey(), method.getValue()))));
		return operations;
	}

	@Test
	void theServedDocumentIsTheCommittedOne() throws Exception {
		String[] served = new String(get("/v3/api-docs.yaml").body(), StandardCharsets.UTF_8).split("\n");
		String[] committed = Files.readString(DOCUMENT).split("\n");
		int line = Arrays.mismatch(served, committed);
		assertThat(line).as("""
				openapi/openapi.yaml is not what the service serves.
				first line that differs: %d
				served:    %s
				committed: %s
				If the change is meant: mvn verify -Dit.test=OpenApiDocumentIT -Dopenapi.write=true
				""", line + 1, line(served, line), line(committed, line)).isEqualTo(-1);
	}

	private static String line(String[] lines, int index) {
		return (index >= 0 && index < lines.length) ? lines[index] : "(none)";
	}

	@Test
	void yamlAndJsonSayTheSame() throws Exception {
		assertThat(Yaml31.mapper().readTree(get("/v3/api-docs.yaml").body())).isEqualTo(document());
	}

	@Test
	void itHasTheProjectsVersionAndNoHost() throws Exception {
		assertThat(document().path("openapi").asText()).startsWith("3.1");
		assertThat(Files.readString(Path.of("pom.xml")))
			.contains("<artifactId>discretizer</artifactId>\n\t<version>%s</version>"
				.formatted(document().at("/info/version").asText()));
		assertThat(document().at("/servers").toString()).isEqualTo("[{\"url\":\"/\"}]");
	}

	@Test
	void everyEndpointIsDescribed() throws Exception {
		assertThat(operations().stream().map(Described::path))
			.containsExactlyInAnyOrder(Arrays.stream(Endpoint.values()).map(Endpoint::path).toArray(String[]::new));
	}

	@TestFactory
	Stream<DynamicTest> everyOperationHasWordsAndAnswers() throws Exception {
		return operations().stream().map((described) -> DynamicTest.dynamicTest(described.path(), () -> {
			JsonNode operation = described.operation();
			assertThat(operation.path("summary").asText()).isNotBlank();
			assertThat(operation.path("description").asText()).isNotBlank();
			assertThat(operation.path("tags")).hasSize(1);
			operation.path("parameters").forEach((p) -> assertThat(p.path("description").asText()).isNotBlank());
			assertThat(operation.path("responses").has("200")).isTrue();
			if (operation.has("requestBody")) {
				assertThat(operation.path("responses").properties().stream().map(Map.Entry::getKey))
					.containsAll(ProblemComponents.STATUSES.keySet().stream().map((s) -> "" + s.value()).toList());
			}
		}));
	}

	@Test
	void everyMemberOfEverySchemaIsDescribed() throws Exception {
		document().at("/components/schemas").properties().forEach((schema) -> {
			assertThat(schema.getValue().path("description").asText()).as(schema.getKey()).isNotBlank();
			checkMembers(schema.getKey(), schema.getValue());
		});
	}

	private static void checkMembers(String name, JsonNode schema) {
		schema.path("properties").properties().forEach((member) -> {
			String place = name + "." + member.getKey();
			assertThat(member.getValue().has("description") || member.getValue().has("$ref")).as(place).isTrue();
			checkMembers(place, member.getValue());
		});
	}

	@TestFactory
	Stream<DynamicTest> everyRequestMediaTypeHasNamedExamples() throws Exception {
		return operations().stream()
			.flatMap((described) -> described.requests()
				.properties()
				.stream()
				.filter((media) -> !media.getKey().equals("multipart/form-data"))
				.map((media) -> DynamicTest.dynamicTest(described.path() + " " + media.getKey(),
						() -> assertThat(media.getValue().path("examples").size()).isGreaterThanOrEqualTo(2))));
	}

	@TestFactory
	Stream<DynamicTest> everyExampleIsAnsweredAsTheDocumentSays() throws Exception {
		List<DynamicTest> tests = new ArrayList<>();
		for (Described described : operations()) {
			described.requests()
				.properties()
				.forEach(
						(media) -> media.getValue()
							.path("examples")
							.properties()
							.forEach((example) -> tests.add(DynamicTest.dynamicTest(
									described.path() + " " + media.getKey() + " " + example.getKey(),
									() -> execute(described, media.getKey(), example.getKey(), example.getValue())))));
		}
		assertThat(tests).hasSizeGreaterThan(50);
		return tests.stream();
	}

	private void execute(Described described, String contentType, String name, JsonNode example) throws Exception {
		boolean inline = example.has("value");
		HttpResponse<byte[]> answer = post(described.path(), described.query(name), contentType, JSON_TYPE,
				inline ? JSON.writeValueAsBytes(example.path("value")) : file(example, contentType));
		assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
		if (inline || contentType.equals(Format.HDF5.mediaType().toString())) {
			assertThat(JSON.readTree(answer.body())).isEqualTo(described.answerTo(name));
		}
	}

	private byte[] file(JsonNode example, String contentType) throws Exception {
		HttpResponse<byte[]> file = get(example.path("externalValue").asText());
		assertThat(file.statusCode()).isEqualTo(200);
		assertThat(Format.ofContentType(mediaType(file), List.of(Format.values()))).isEqualTo(Format
			.ofContentType(org.springframework.http.MediaType.parseMediaType(contentType), List.of(Format.values())));
		return file.body();
	}

	private static org.springframework.http.MediaType mediaType(HttpResponse<byte[]> response) {
		return org.springframework.http.MediaType
			.parseMediaType(response.headers().firstValue("Content-Type").orElseThrow());
	}

	@ParameterizedTest
	@EnumSource
	void everyRecordedProblemIsWhatTheServiceAnswers(Refused refused) throws Exception {
		HttpResponse<byte[]> answer = refuse(refused);
		assertThat(answer.statusCode()).isEqualTo(refused.status().value());
		assertThat(JSON.readTree(answer.body()))
			.isEqualTo(Examples.answer(ProblemComponents.recording(refused.status())));
	}

	@Test
	void everyProblemHasAnExample() throws Exception {
		JsonNode responses = document().at("/components/responses");
		assertThat(responses.size()).isEqualTo(ProblemComponents.STATUSES.size());
		responses.forEach((response) -> assertThat(
				response.at("/content/application~1problem+json/examples/problem/value/detail").asText())
			.isNotBlank());
	}

	@Test
	void anUnknownExampleIsNotFound() throws Exception {
		for (String name : List.of("nothing.npy", "", "answers", "..%2fapplication.yaml", "../application.yaml")) {
			HttpResponse<byte[]> answer = get(Examples.PATH + name);
			assertThat(answer.statusCode()).as(name).isIn(400, 404);
			assertThat(mediaType(answer).toString()).startsWith(Problem.MEDIA_TYPE);
		}
	}

}
