package dev.discretizer.web;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What browsers are told, and what nobody is.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class SecurityHeadersIT {

	private final Client client;

	private final Client management;

	SecurityHeadersIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
		this.client = new Client(port);
		this.management = new Client(managementPort);
	}

	@Test
	void answersAreDataAndNothingElse() {
		for (Reply reply : List.of(this.client.json("/scale", "{\"tensor\":[1.0]}").ok(),
				this.client.json("/scale", "{").problemOf(400), this.client.send(this.client.at("/livez")),
				this.client.send(this.client.at("/nothing")), this.client.send(this.client.at("/v3/api-docs")))) {
			assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
			assertThat(reply.header("Content-Security-Policy")).isEqualTo("default-src 'none'; frame-ancestors 'none'");
			assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
			assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
			assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
			assertThat(reply.hasHeader("Strict-Transport-Security")).isFalse();
		}
	}

	@Test
	void whatIsMadeOfABodyIsNotStored() {
		assertThat(this.client.json("/scale", "{\"tensor\":[1.0]}").ok().header("Cache-Control")).isEqualTo("no-store");
		assertThat(this.client.json("/scale", "{").problemOf(400).header("Cache-Control")).isEqualTo("no-store");
	}

	/** That it still works is for .ci/swagger-ui-test.sh to say. */
	@Test
	void swaggerUiRunsNoScriptsButItsOwn() {
		Reply page = this.client.send(this.client.at("/swagger-ui/index.html"));
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "script-src 'self';",
				"connect-src 'self'", "frame-ancestors 'none'");
		assertThat(page.text()).doesNotContainPattern("<script>|<script type=\"text/javascript\">");
	}

	@Test
	void nothingTellsWhatTheServiceIsMadeOf() throws IOException {
		for (Reply reply : List.of(this.client.json("/scale", "{\"tensor\":[1.0]}"),
				this.client.send(this.client.at("/nothing")))) {
			assertThat(reply.hasHeader("Server")).isFalse();
			assertThat(reply.hasHeader("X-Powered-By")).isFalse();
			assertThat(reply.hasHeader("Set-Cookie")).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "env", "configprops", "beans", "heapdump", "threaddump", "loggers", "mappings",
			"conditions", "shutdown", "logfile", "sbom", "scheduledtasks", "caches", "httpexchanges", "startup",
			"auditevents", "sessions", "quartz", "flyway", "jolokia" })
	void actuatorHasNothingThatTellsOrChanges(String endpoint) {
		assertThat(this.management.send(this.management.at("/actuator/" + endpoint)).status()).isEqualTo(404);
		assertThat(this.client.send(this.client.at("/actuator/" + endpoint)).status()).isEqualTo(404);
	}

	@Test
	void actuatorShowsFourThings() {
		Json links = Json.parse(this.management.send(this.management.at("/actuator")).body()).get("_links");
		assertThat(links.members().keySet())
			.allMatch((name) -> name.matches("self|(health|info|metrics|prometheus).*"));
	}

	@Test
	void healthAndInfoTellNoMoreThanTheyMust() {
		String health = this.management.send(this.management.at("/actuator/health")).text();
		assertThat(health).doesNotContain("diskSpace", "details", "/");
		String info = this.management.send(this.management.at("/actuator/info")).text();
		assertThat(info).doesNotContain("@", "://", "user", "host", "/work", "java.home");
	}

}
