package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import dev.discretizer.web.api.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.util.HtmlUtils;

/**
 * The answer to a browser that asks for a page that does not exist: a page with links to
 * those that do. Links are relative, since only the browser knows the prefix that a proxy
 * took off.
 */
final class NotFoundPage {

	private static final String TEXT = """
			<!doctype html>
			<html lang="en">
			<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
			<meta name="color-scheme" content="light dark"><title>Not found</title></head>
			<body>
			<h1>There is nothing here</h1>
			<p>No resource has the path <code>%1$s</code>.</p>
			<ul>
			<li><a href="%2$s">Drop a network</a></li>
			<li><a href="%2$sswagger-ui/index.html">Try the API</a></li>
			<li><a href="%2$sv3/api-docs.yaml">The API's OpenAPI document</a></li>
			</ul>
			</body>
			</html>
			""";

	private NotFoundPage() {
	}

	/**
	 * Whether a problem is answered so: nothing was found, and the request names
	 * {@code text/html} as no client of the API does.
	 */
	static boolean isFor(Problem problem, HttpServletRequest request) {
		return problem.status() == HttpStatus.NOT_FOUND && request.getMethod().equals("GET") && asksForHtml(request);
	}

	private static boolean asksForHtml(HttpServletRequest request) {
		try {
			return MediaType.parseMediaTypes(request.getHeader(HttpHeaders.ACCEPT))
				.stream()
				.anyMatch((type) -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML) && type.getQualityValue() > 0);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	/**
	 * Writes the page as the whole answer.
	 * @param path the path that was asked for, with its context path
	 * @throws IOException if the client closes the connection
	 */
	static void write(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
		byte[] page = TEXT.formatted(HtmlUtils.htmlEscape(path), root(path, request.getContextPath()))
			.getBytes(StandardCharsets.UTF_8);
		response.setContentType("text/html;charset=utf-8");
		response.setContentLengthLong(page.length);
		response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
		response.getOutputStream().write(page);
		response.flushBuffer();
	}

	/** The relative way from a path to the root: one step up for each directory. */
	private static String root(String path, String contextPath) {
		long directories = path.substring(contextPath.length()).chars().filter((letter) -> letter == '/').count() - 1;
		return (directories <= 0) ? "./" : "../".repeat((int) directories);
	}

}
