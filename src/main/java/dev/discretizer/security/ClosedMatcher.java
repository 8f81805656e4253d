package dev.discretizer.security;

import java.util.Set;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;

/**
 * Decides whether a request must be authenticated: all must, except health probes and, if
 * configured, the documentation. A path is open only in its plain spelling, so that no
 * other spelling of a closed path can pass for an open one.
 */
final class ClosedMatcher implements RequestMatcher {

	private static final Set<String> HEALTH = Set.of("/livez", "/readyz");

	private static final Set<String> DOCS = Set.of("/", "/swagger-ui.html", "/v3/api-docs", "/v3/api-docs.yaml",
			"/v3/api-docs/swagger-config", "/favicon.ico");

	private static final String SWAGGER_UI = "/swagger-ui/";

	private static final String EXAMPLES = "/api/v1/examples/";

	private final WebApplicationContext application;

	private final boolean openDocs;

	/**
	 * Makes it.
	 * @param application the application on the main port; the actuator's port is left to
	 * the platform
	 * @param openDocs whether the documentation is open
	 */
	ClosedMatcher(WebApplicationContext application, boolean openDocs) {
		this.application = application;
		this.openDocs = openDocs;
	}

	@Override
	public boolean matches(HttpServletRequest request) {
		if (request.getServletContext() != this.application.getServletContext()
				|| request.getAttribute(RequestAttributes.WARM_UP) != null) {
			return false;
		}
		boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
		String path = request.getRequestURI().substring(request.getContextPath().length());
		return !(reads && (HEALTH.contains(path) || (this.openDocs && isDocs(path))));
	}

	/** Whether a path is one of the documentation's. */
	static boolean isDocs(String path) {
		return DOCS.contains(path) || isFile(path, SWAGGER_UI) || isFile(path, EXAMPLES);
	}

	/** Whether a path names a file directly in that directory. */
	private static boolean isFile(String path, String directory) {
		return path.startsWith(directory) && path.substring(directory.length()).matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
	}

}
