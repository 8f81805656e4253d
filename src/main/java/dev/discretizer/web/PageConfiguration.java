package dev.discretizer.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the files of the page and those that adapt Swagger UI, which browsers ask for
 * again each time and get only when they have changed. By their contents, since the files
 * of a jar of a reproducible build have the same date in every version. Addresses with a
 * slash too many lead to the pages.
 */
@Configuration(proxyBeanMethods = false)
class PageConfiguration implements WebMvcConfigurer {

	/** Pages and documents that are asked for by GET. */
	private static final List<String> PAGES = List.of("/index.html", "/swagger-ui.html", "/swagger-ui/index.html",
			"/v3/api-docs", "/v3/api-docs.yaml", "/api/v1/devices");

	private static final String FILES = "classpath:/static/";

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		// The last two in place of files of Swagger UI that are made to be replaced.
		addFiles(registry, FILES, "/index.html", "/favicon.ico", "/swagger-ui/index.css",
				"/swagger-ui/swagger-initializer.js");
		addFiles(registry, FILES + "page/", "/page/*");
	}

	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		redirect(registry, "/swagger-ui", "swagger-ui.html");
		redirect(registry, "/swagger-ui/", "../swagger-ui.html");
		redirect(registry, "/page/", "../");
		for (String path : PAGES) {
			redirect(registry, path + "/", "../" + path.substring(path.lastIndexOf('/') + 1));
		}
	}

	/** Relative, since only the browser knows the prefix that a proxy took off. */
	private static void redirect(ViewControllerRegistry registry, String path, String target) {
		registry.addRedirectViewController(path, target).setContextRelative(false);
	}

	private static void addFiles(ResourceHandlerRegistry registry, String location, String... paths) {
		registry.addResourceHandler(paths)
			.addResourceLocations(location)
			.setCacheControl(CacheControl.noCache())
			.setUseLastModified(false)
			.setEtagGenerator(PageConfiguration::etag);
	}

	private static String etag(Resource file) {
		try {
			return DigestUtils.md5DigestAsHex(file.getContentAsByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
