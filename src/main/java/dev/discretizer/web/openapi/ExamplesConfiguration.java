package dev.discretizer.web.openapi;

import dev.discretizer.web.api.Format;
import org.springframework.boot.web.server.MimeMappings;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the files of the examples.
 */
@Configuration(proxyBeanMethods = false)
class ExamplesConfiguration implements WebMvcConfigurer {

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(Examples.PATH + "*").addResourceLocations("classpath:/examples/");
	}

	/**
	 * Gives files the media types of our formats.
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
