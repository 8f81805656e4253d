package dev.discretizer.web;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
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

	/**
	 * Files have the media types of our formats; requests are not negotiated by these.
	 */
	@Override
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		for (Format format : Format.values()) {
			configurer.mediaType(format.extension(), format.mediaType());
		}
	}

	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/", "/swagger-ui.html");
	}

}
