package dev.discretizer.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the page's files are served, and what they refer to. What the page does in a
 * browser is for .ci/page-test.sh to say.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PageIT {

	private static final Path FILES = Path.of("src/main/resources/static");

	private static final Pattern LINKS = Pattern.compile("(?:href|src)=\"([^\"#]*)[\"#]");

	private static final Pattern IMPORTS = Pattern.compile("(?m)^(?:import|export) .* from '([^']*)'");

	private final Client client;

	PageIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	@Test
	void rootIsThePage() {
		Reply page = this.client.send(this.client.at("/").header("Accept", "text/html,*/*;q=0.8"));
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.contentType()).startsWith("text/html");
		assertThat(page.text()).isEqualTo(text(FILES.resolve("index.html")));
	}

	@Test
	void pageRunsNothingOfItsOwnTextAndAsksNobodyElse() {
		Reply page = this.client.send(this.client.at("/"));
		assertThat(page.header("Content-Security-Policy"))
			.contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self';",
					"frame-ancestors 'none'")
			.doesNotContain("unsafe", "http", "data:");
		assertThat(page.text()).doesNotContainPattern("<script>|<style|style=|\\son\\w+=|javascript:");
	}

	/** Behind a prefix an address that begins with a slash leads elsewhere. */
	@Test
	void everythingThePageLoadsIsThereAndRelative() {
		List<String> links = found(LINKS, text(FILES.resolve("index.html")));
		assertThat(links).contains("page/main.js", "page/style.css", "favicon.ico", "swagger-ui/index.html")
			.noneMatch((link) -> link.startsWith("/") || link.contains(":"));
		for (String link : links) {
			assertThat(this.client.send(this.client.at("/" + link)).status()).as(link).isIn(200, 302);
		}
	}

	@ParameterizedTest
	@MethodSource("modules")
	void modulesAreShortAndImportOnlyOneAnother(Path module) {
		String text = text(module);
		assertThat(text.lines()).hasSizeLessThanOrEqualTo(150);
		assertThat(text).startsWith("// ").doesNotContain("innerHTML", "eval(", "localStorage", "sessionStorage");
		assertThat(found(IMPORTS, text)).allMatch((name) -> Files.exists(module.resolveSibling(name)), "is a module");
	}

	static List<Path> modules() throws IOException {
		try (Stream<Path> files = Files.list(FILES.resolve("page"))) {
			return files.filter((file) -> file.toString().endsWith(".js")).sorted().toList();
		}
	}

	@ParameterizedTest
	@CsvSource({ "/page/main.js, text/javascript", "/page/style.css, text/css", "/favicon.ico, image/x-icon",
			"/webjars/uplot/dist/uPlot.iife.min.js, text/javascript", "/webjars/uplot/dist/uPlot.min.css, text/css" })
	void filesAreServedWithTheirTypesAndAskedForAgain(String path, String type) {
		Reply file = this.client.send(this.client.at(path));
		assertThat(file.status()).isEqualTo(200);
		assertThat(file.contentType()).startsWith(type);
		assertThat(file.header("Cache-Control")).isEqualTo("no-cache");
	}

	@Test
	void unchangedFileIsNotSentAgain() {
		String etag = this.client.send(this.client.at("/page/main.js")).header("ETag");
		Reply again = this.client.send(this.client.at("/page/main.js").header("If-None-Match", etag));
		assertThat(again.status()).isEqualTo(304);
		assertThat(this.client.send(this.client.at("/page/style.css")).header("ETag")).isNotEqualTo(etag);
	}

	@ParameterizedTest
	@CsvSource({ "/swagger-ui, swagger-ui.html", "/swagger-ui/, ../swagger-ui.html",
			"/swagger-ui.html/, ../swagger-ui.html", "/v3/api-docs/, ../api-docs", "/api/v1/devices/, ../devices",
			"/page/, ../" })
	void slashTooManyLeadsToThePage(String path, String target) {
		Reply reply = this.client.send(this.client.at(path));
		assertThat(reply.status()).isEqualTo(302);
		assertThat(reply.header("Location")).isEqualTo(target);
	}

	@Test
	void browserThatAsksForNothingGetsAPageWithLinks() {
		Reply page = this.client.send(this.client.at("/a/b%3Cx%3E").header("Accept", "text/html,*/*;q=0.8"));
		assertThat(page.status()).isEqualTo(404);
		assertThat(page.contentType()).isEqualTo("text/html;charset=utf-8");
		assertThat(found(LINKS, page.text())).contains("../", "../swagger-ui/index.html");
		assertThat(page.text()).contains("/a/b%3Cx%3E").doesNotContain("<x>");
		assertThat(page.header("Vary")).isEqualTo("Accept");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "application/json", "text/html;q=0", "nonsense" })
	void othersThatAskForNothingGetAProblem(String accept) {
		this.client.send(this.client.at("/nothing").header("Accept", accept)).problem(404, "not-found");
	}

	@Test
	void swaggerUiIsStartedByOurOwnFiles() {
		assertThat(this.client.send(this.client.at("/swagger-ui/swagger-initializer.js")).text())
			.isEqualTo(text(FILES.resolve("swagger-ui/swagger-initializer.js")));
		assertThat(this.client.send(this.client.at("/swagger-ui/index.css")).text())
			.isEqualTo(text(FILES.resolve("swagger-ui/index.css")));
	}

	private static List<String> found(Pattern pattern, String text) {
		return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
	}

	private static String text(Path file) {
		try {
			return Files.readString(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
