package dev.discretizer.config;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Stops the start where a property of the service is misspelt: Spring Boot would ignore
 * it, and the service would run with a default that nobody chose.
 *
 * <p>
 * Of environment variables, only those that are nearly a property's or of one of its
 * groups: others of the same beginning belong to the Python client, or are set by
 * Kubernetes for a Service of the same name.
 */
final class PropertyCheck implements BeanFactoryPostProcessor {

	private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("discretizer");

	/** Changed characters up to which an environment variable is taken for misspelt. */
	private static final int NEAR = 2;

	private final ConfigurableEnvironment environment;

	/** Properties by their letters and digits alone, as which they are compared. */
	private final Map<String, String> known = new TreeMap<>();

	PropertyCheck(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			ConfigurationProperties annotation = beans.findAnnotationOnBean(name, ConfigurationProperties.class);
			Class<?> type = beans.getType(name);
			if (annotation != null && type != null && (annotation.prefix() + ".").startsWith(OURS + ".")) {
				add(annotation.prefix(), type);
			}
		}
		Map<String, String> unknown = new TreeMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names) {
				boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
				names.stream().filter(OURS::isAncestorOf).forEach((name) -> check(name, variables, unknown));
			}
		}
		if (!unknown.isEmpty()) {
			throw new UnknownPropertyException(unknown);
		}
	}

	private void add(String prefix, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
			if (component.getType().isRecord()) {
				add(name, component.getType());
			}
			else {
				this.known.put(name.replaceAll("[^a-z0-9]", ""), name);
			}
		}
	}

	private void check(ConfigurationPropertyName name, boolean variable, Map<String, String> unknown) {
		StringBuilder letters = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements() && !name.isNumericIndex(i); i++) {
			letters.append(name.getElement(i, Form.UNIFORM));
		}
		String text = letters.toString();
		if (this.known.containsKey(text)) {
			return;
		}
		String nearest = nearest(text);
		boolean ofGroup = this.known.values()
			.stream()
			.anyMatch((each) -> each.startsWith(OURS + "." + name.getElement(1, Form.DASHED) + "."));
		if (!variable || ofGroup || distance(text, nearest) <= NEAR) {
			unknown.put(name.toString(), String.valueOf(this.known.get(nearest)));
		}
	}

	private String nearest(String text) {
		String nearest = "";
		for (String each : this.known.keySet()) {
			if (nearest.isEmpty() || distance(text, each) < distance(text, nearest)) {
				nearest = each;
			}
		}
		return nearest;
	}

	/** The characters to insert, remove or replace (Levenshtein). */
	private static int distance(String from, String to) {
		int[] row = new int[to.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[to.length()];
	}

}
