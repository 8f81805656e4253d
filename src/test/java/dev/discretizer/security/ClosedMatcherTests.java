package dev.discretizer.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.StaticWebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class ClosedMatcherTests {

	private final MockServletContext servlets = new MockServletContext();

	@ParameterizedTest
	@ValueSource(strings = { "/livez", "/readyz" })
	void healthIsOpen(String path) {
		assertThat(closed("GET", path, false)).isFalse();
		assertThat(closed("HEAD", path, false)).isFalse();
		assertThat(closed("POST", path, false)).isTrue();
		assertThat(closed("OPTIONS", path, false)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/index.html", "/page/main.js", "/page/style.css",
			"/webjars/uplot/dist/uPlot.min.css", "/favicon.ico", "/swagger-ui.html", "/v3/api-docs",
			"/v3/api-docs.yaml", "/v3/api-docs/swagger-config", "/swagger-ui/index.html",
			"/swagger-ui/swagger-ui-bundle.js", "/api/v1/examples/layer-full.npz" })
	void docsAreOpenBySwitch(String path) {
		assertThat(closed("GET", path, true)).isFalse();
		assertThat(closed("POST", path, true)).isTrue();
		assertThat(closed("GET", path, false)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/livez/", "//livez", "/livez;x=1", "/%6civez", "/LIVEZ", "/livez/../api/v1/scale",
			"/readyz.json", "/error", "/actuator", "/actuator/health", "/api/v1/scale", "/api/v1/livez", "/nothing",
			"/swagger-ui", "/swagger-ui/", "/swagger-ui/../api/v1/scale", "/swagger-ui/..", "/swagger-ui/%2e%2e/livez",
			"/swagger-ui/a/b", "/api/v1/examples/", "/api/v1/examples/../scale", "/api/v1/examples/..;/scale",
			"/v3/api-docs/", "/v3/api-docs/x", "/webjars/swagger-ui/index.html", "/page", "/page/",
			"/page/../api/v1/scale", "/page/a/b", "/webjars/uplot/dist/..", "" })
	void allElseIsClosed(String path) {
		assertThat(closed("GET", path, true)).isTrue();
	}

	@Test
	void warmUpIsOpen() {
		MockHttpServletRequest request = request("POST", "/api/v1/scale");
		request.setAttribute("dev.discretizer.warm-up", true);
		assertThat(matcher(false).matches(request)).isFalse();
	}

	@Test
	void otherPortIsNoneOfItsBusiness() {
		MockHttpServletRequest request = new MockHttpServletRequest(new MockServletContext(), "GET",
				"/actuator/health");
		assertThat(matcher(false).matches(request)).isFalse();
	}

	private boolean closed(String method, String path, boolean openDocs) {
		return matcher(openDocs).matches(request(method, path));
	}

	private MockHttpServletRequest request(String method, String path) {
		return new MockHttpServletRequest(this.servlets, method, path);
	}

	private ClosedMatcher matcher(boolean openDocs) {
		StaticWebApplicationContext application = new StaticWebApplicationContext();
		application.setServletContext(this.servlets);
		return new ClosedMatcher(application, openDocs);
	}

}
