package dev.discretizer.security;

import java.util.List;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether callers must authenticate. Binds the mode as the properties do instead of
 * comparing text: a spelling that only one of the two understood would leave the service
 * open.
 */
final class ModeCondition implements Condition {

	private static final String MODE = "discretizer.security.mode";

	/** Settings that have no effect in the mode none. */
	private static final List<String> SETTINGS = List.of("discretizer.security.api-key.file",
			"discretizer.security.api-key.keys", "discretizer.security.jwt.issuer-uri",
			"discretizer.security.jwt.jwk-set-uri", "discretizer.security.jwt.audiences");

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return mode(context.getEnvironment()) != Mode.NONE;
	}

	/**
	 * The configured mode, or none.
	 * @throws SettingsException if the mode is empty, or settings of another mode exist
	 * and no mode is set
	 */
	static Mode mode(Environment environment) {
		Binder binder = Binder.get(environment);
		String text = binder.bind(MODE, String.class).orElse(null);
		if (text == null) {
			SETTINGS.forEach((name) -> checkUnset(name, binder));
			return Mode.NONE;
		}
		if (text.isBlank()) {
			throw new SettingsException(MODE + " is empty.", "Set it to none, api-key or jwt.");
		}
		return binder.bind(MODE, Mode.class).get();
	}

	private static void checkUnset(String name, Binder binder) {
		List<String> found = binder.bind(name, Bindable.listOf(String.class)).orElse(List.of());
		if (found.stream().anyMatch((text) -> !text.isBlank())) {
			throw new SettingsException("%s is set, but %s is not: the service would be open.".formatted(name, MODE),
					"Set %s to api-key or jwt, or to none if it is meant to be open.".formatted(MODE));
		}
	}

}
