package dev.discretizer.config;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.NoSuchSslBundleException;

/**
 * Explains why the service does not start, instead of a stack trace.
 */
final class StartFailures {

	private StartFailures() {
	}

	/** Explains misspelt properties. */
	static final class UnknownProperty extends AbstractFailureAnalyzer<UnknownPropertyException> {

		@Override
		protected FailureAnalysis analyze(Throwable root, UnknownPropertyException cause) {
			return new FailureAnalysis(cause.getMessage(),
					"Correct or remove it: as it stands it would have no effect. docs/reference.md lists all properties.",
					cause);
		}

	}

	/** Explains an SSL bundle that is named and not defined. */
	static final class UnknownBundle extends AbstractFailureAnalyzer<NoSuchSslBundleException> {

		@Override
		protected FailureAnalysis analyze(Throwable root, NoSuchSslBundleException cause) {
			String name = cause.getBundleName();
			return new FailureAnalysis(
					"The SSL bundle %s is named, as by server.ssl.bundle, and not defined.".formatted(name),
					"Define it by spring.ssl.bundle.pem.%s.keystore.certificate and .private-key, or name one that is; "
						.formatted(name) + "docs/security.md has an example.",
					cause);
		}

	}

}
