package dev.discretizer.web.server;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

import org.jspecify.annotations.Nullable;

/**
 * Warms up the service before and shortly after it is ready, unless
 * {@code discretizer.warm-up.enabled} is false.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "discretizer.warm-up.enabled", matchIfMissing = true)
class WarmUpConfiguration {

	/** How the names of the meters begin that Spring's observation makes. */
	private static final String OBSERVATION = "http.server.requests";

	@Bean
	WarmUp warmUp(WarmUpSample.Source samples, ServerSettings settings, ServerProperties server,
			Environment environment, SslBundles bundles, ObjectProvider<MeterRegistry> registries) {
		Ssl ssl = server.getSsl();
		SSLSocketFactory tls = Ssl.isEnabled(ssl) ? trusting(WebServerSslBundle.get(ssl, bundles)) : null;
		String scheme = (tls != null) ? "https" : "http";
		return new WarmUp(samples, () -> base(scheme, server.getAddress(), environment), settings, tls,
				() -> registries.forEach(WarmUpConfiguration::removeMeters));
	}

	/** Removes Spring's meters of requests; the next request makes them anew. */
	private static void removeMeters(MeterRegistry registry) {
		for (Meter meter : registry.getMeters()) {
			if (meter.getId().getName().startsWith(OBSERVATION)) {
				registry.remove(meter);
			}
		}
	}

	/**
	 * Trusts only the service's own certificate, and presents the same one if asked for a
	 * client certificate.
	 */
	private static SSLSocketFactory trusting(SslBundle bundle) {
		try {
			KeyStore own = Objects.requireNonNull(bundle.getStores().getKeyStore());
			KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
			trusted.load(null, null);
			for (String alias : Collections.list(own.aliases())) {
				trusted.setCertificateEntry(alias, own.getCertificate(alias));
			}
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(trusted);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(bundle.getManagers().getKeyManagers(), trust.getTrustManagers(), null);
			return context.getSocketFactory();
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("the service's own certificate cannot be read", ex);
		}
	}

	private static String base(String scheme, @Nullable InetAddress address, Environment environment) {
		InetAddress host = (address == null || address.isAnyLocalAddress()) ? InetAddress.getLoopbackAddress()
				: address;
		String literal = host.getHostAddress();
		return "%s://%s:%s%s".formatted(scheme, literal.contains(":") ? "[" + literal + "]" : literal,
				environment.getRequiredProperty("local.server.port"),
				environment.getProperty("server.servlet.context-path", ""));
	}

	/** Ends the service as soon as it is ready, for what trains an AOT cache. */
	@Bean
	@ConditionalOnBooleanProperty(name = "discretizer.warm-up.only")
	ApplicationListener<ApplicationReadyEvent> endAfterWarmUp() {
		return (ready) -> ready.getApplicationContext().close();
	}

	/** Runs before the filter that observes requests. */
	@Bean
	FilterRegistrationBean<WarmUp.MarkFilter> warmUpMarkFilter(WarmUp warmUp) {
		FilterRegistrationBean<WarmUp.MarkFilter> registration = new FilterRegistrationBean<>(
				new WarmUp.MarkFilter(warmUp));
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	/**
	 * Requests of the warm-up are observed, so that this is warm too, except where they
	 * would be traced, for their spans could not be taken back.
	 */
	@Bean
	ObservationPredicate noWarmUp(ObjectProvider<WarmUp> warmUp, ObjectProvider<Tracer> tracer) {
		return (name,
				context) -> !(context instanceof ServerRequestObservationContext server
						&& server.getCarrier() instanceof HttpServletRequest request && WarmUp.isWarmUp(request)
						&& (!warmUp.getObject().isObserved() || tracer.getIfAvailable() != null));
	}

}
