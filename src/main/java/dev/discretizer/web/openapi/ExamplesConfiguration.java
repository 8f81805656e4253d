package dev.discretizer.web.openapi;

import dev.discretizer.web.api.Format;
import org.springframework.boot.web.server.MimeMappings;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves what a newcomer needs: the examples' files, and Swagger UI for whoever asks for
 * the root.
 */
@Configuration(proxyBeanMethods = false)
class ExamplesConfiguration implements WebMvcConfigurer {

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(Examples.PATH + "*").addResourceLocations("classpath:/examples/");
	}

	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/", "/swagger-ui.html");
	}

	/**
	 * Files have the media types of our formats.
	 */
	@Bean
	WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> exampleMediaTypes() {
		MimeMappings mappings = new MimeMappings();
		for (Format format : Format.values()) {
			mappings.add(format.extension(), format.mediaType().toString());
		}
		return (factory) -> factory.addMimeMappings(mappings);
	}

}
