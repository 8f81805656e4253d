package dev.discretizer.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chart, rendered by Helm itself.
 */
final class Chart {

	static final Path DIRECTORY = Path.of("helm", "discretizer");

	static final Path PRODUCTION = DIRECTORY.resolve("values-production.yaml");

	static final String RELEASE = "rel";

	static final String NAMESPACE = "chips";

	/** The pod of {@code helm test}. */
	static final String TEST = "templates/tests/serves.yaml";

	/** What Helm renders for where it knows no cluster: the newest the types are of. */
	private static final String KUBERNETES = "1.36.0";

	/** Where the chart is rendered from. */
	private static final Path COPY = copy();

	private Chart() {
	}

	/**
	 * The chart, but that Helm renders what it would leave out: its test, as a pod like
	 * any other, and its notes, as an object of their own.
	 */
	private static Path copy() {
		try (Stream<Path> files = Files.walk(DIRECTORY)) {
			Path root = Path.of("target", "helm");
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Path to = root.resolve(DIRECTORY.relativize(file));
				Files.createDirectories(to.getParent());
				String text = Files.readString(file);
				Files.writeString(to, file.endsWith(TEST) ? text.replace("helm.sh/hook", "example.com/hook") : text);
			}
			Files.copy(DIRECTORY.resolve("templates/NOTES.txt"), root.resolve("notes.txt"),
					StandardCopyOption.REPLACE_EXISTING);
			Files.writeString(root.resolve("templates/notes.yaml"),
					"kind: Notes\ntext: {{ tpl (.Files.Get \"notes.txt\") . | toJson }}\n");
			return root;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Helm on the chart itself. */
	static Helm helm() {
		return helm(DIRECTORY);
	}

	/** Where Helm has no library for this platform, the test is skipped. */
	private static Helm helm(Path directory) {
		try {
			Helm.version().call();
		}
		catch (LinkageError | IllegalStateException ex) {
			Assumptions.abort("Helm's native library does not run here: " + ex);
		}
		return new Helm(directory);
	}

	/** Renders with the values as they are. */
	static Manifests defaults() {
		return render("");
	}

	static Manifests production() {
		return new Manifests(command().withValuesFile(PRODUCTION).call());
	}

	/**
	 * Renders with other values.
	 * @param values YAML, over those of the chart
	 */
	static Manifests render(String values) {
		return new Manifests(template(values));
	}

	/**
	 * Renders with values that are to be refused.
	 * @return what Helm says of them
	 */
	static String refusal(String values) {
		try {
			template(values);
		}
		catch (IllegalStateException ex) {
			return String.valueOf(ex.getMessage());
		}
		throw new AssertionError("not refused: " + values);
	}

	private static String template(String values) {
		try {
			Path file = Files.createTempFile("values", ".yaml");
			try {
				Files.writeString(file, values);
				return command().withValuesFile(file).call();
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static TemplateCommand command() {
		return command(KUBERNETES);
	}

	/** Renders for a version of Kubernetes. */
	static TemplateCommand command(String kubernetes) {
		return helm(COPY).template().withName(RELEASE).withNamespace(NAMESPACE).withKubeVersion(kubernetes);
	}

	static String read(String file) {
		try {
			String text = Files.readString(DIRECTORY.resolve(file));
			assertThat(text).isNotBlank();
			return text;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
