package dev.discretizer.security;

import java.util.List;
import java.util.Set;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;

/**
 * Decides whether a request must be authenticated: all must, except health probes and, if
 * configured, the page and the documentation. A path is open only in its plain spelling,
 * so that no other spelling of a closed path can pass for an open one.
 */
final class ClosedMatcher implements RequestMatcher {

	private static final Set<String> HEALTH = Set.of("/livez", "/readyz");

	private static final Set<String> DOCS = Set.of("/", "/index.html", "/swagger-ui.html", "/v3/api-docs",
			"/v3/api-docs.yaml", "/v3/api-docs/swagger-config", "/favicon.ico");

	private static final List<String> DIRECTORIES = List.of("/page/", "/webjars/uplot/dist/", "/swagger-ui/",
			"/api/v1/examples/");

	private final WebApplicationContext application;

	private final boolean openDocs;

	/**
	 * Makes it.
	 * @param application the application on the main port; the actuator's port is left to
	 * the platform
	 * @param openDocs whether the page and the documentation are open
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

	/** Whether a path is one of the page or the documentation. */
	static boolean isDocs(String path) {
		return DOCS.contains(path) || DIRECTORIES.stream().anyMatch((directory) -> isFile(path, directory));
	}

	/** Whether a path names a file directly in that directory. */
	private static boolean isFile(String path, String directory) {
		return path.startsWith(directory) && path.substring(directory.length()).matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
	}

}
