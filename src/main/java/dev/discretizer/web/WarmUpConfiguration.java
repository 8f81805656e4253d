package dev.discretizer.web;

import java.net.InetAddress;
import java.time.Duration;

import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

import org.jspecify.annotations.Nullable;

/**
 * Warms the service up before it is ready, unless {@code discretizer.warm-up.enabled} is
 * false.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("discretizer.warm-up.enabled")
class WarmUpConfiguration {

	@Bean
	WarmUp warmUp(ServerProperties server, Environment environment,
			@Value("${discretizer.warm-up.time}") Duration time) {
		return new WarmUp(() -> base(server.getAddress(), environment), time);
	}

	private static String base(@Nullable InetAddress address, Environment environment) {
		InetAddress host = (address == null || address.isAnyLocalAddress()) ? InetAddress.getLoopbackAddress()
				: address;
		String literal = host.getHostAddress();
		return "http://%s:%s%s".formatted(literal.contains(":") ? "[" + literal + "]" : literal,
				environment.getRequiredProperty("local.server.port"),
				environment.getProperty("server.servlet.context-path", ""));
	}

	/** Before the filter that observes. */
	@Bean
	FilterRegistrationBean<WarmUp.MarkFilter> warmUpMarkFilter(WarmUp warmUp) {
		FilterRegistrationBean<WarmUp.MarkFilter> registration = new FilterRegistrationBean<>(
				new WarmUp.MarkFilter(warmUp));
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean
	ObservationPredicate noWarmUp() {
		return (name, context) -> !(context instanceof ServerRequestObservationContext server
				&& server.getCarrier() instanceof HttpServletRequest request && WarmUp.isWarmUp(request));
	}

}
