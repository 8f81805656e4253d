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

import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

import org.jspecify.annotations.Nullable;

/**
 * Warms up the service before it is ready, unless {@code discretizer.warm-up.enabled} is
 * false.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "discretizer.warm-up.enabled", matchIfMissing = true)
class WarmUpConfiguration {

	@Bean
	WarmUp warmUp(WarmUpSample.Source samples, ServerSettings settings, ServerProperties server,
			Environment environment, SslBundles bundles) {
		Ssl ssl = server.getSsl();
		SSLSocketFactory tls = Ssl.isEnabled(ssl) ? trusting(WebServerSslBundle.get(ssl, bundles)) : null;
		String scheme = (tls != null) ? "https" : "http";
		return new WarmUp(samples, () -> base(scheme, server.getAddress(), environment), settings.warmUpRounds(),
				settings.warmUpTime(), tls);
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

	/** Runs before the filter that observes requests. */
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
