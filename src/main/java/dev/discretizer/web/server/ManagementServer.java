package dev.discretizer.web.server;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Gives the actuator's port the service's own protocol, so that Prometheus may know it by
 * a name with an underscore. Named in {@code META-INF/spring}; not annotated, so that
 * only the actuator's context takes it.
 */
class ManagementServer {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> managementProtocol() {
		return (factory) -> factory.setProtocol(SocketProtocol.class.getName());
	}

}
