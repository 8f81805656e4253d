package dev.discretizer.web.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

import jakarta.servlet.http.HttpServletResponse;

/**
 * The version of the service, on every answer. From the file that the build writes, since
 * Tomcat creates its error valve without Spring.
 */
public final class ServiceVersion {

	private static final String HEADER = "Discretizer-Version";

	private static final String FILE = "/META-INF/build-info.properties";

	private static final String VERSION = read();

	private ServiceVersion() {
	}

	/** Puts the version on an answer; nothing where the build wrote no file. */
	public static void on(HttpServletResponse response) {
		if (!VERSION.isEmpty()) {
			response.setHeader(HEADER, VERSION);
		}
	}

	private static String read() {
		Properties build = new Properties();
		try (InputStream in = ServiceVersion.class.getResourceAsStream(FILE)) {
			if (in != null) {
				build.load(in);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return build.getProperty("build.version", "");
	}

}
