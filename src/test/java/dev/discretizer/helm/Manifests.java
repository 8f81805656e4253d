package dev.discretizer.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodSpec;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * What the chart was rendered to, an object each.
 */
final class Manifests {

	private final List<JsonElement> objects = new ArrayList<>();

	private final String notes;

	Manifests(String yaml) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		for (Object document : new Yaml(options).loadAll(yaml)) {
			if (document != null) {
				this.objects.add(JSON.getGson().toJsonTree(document));
			}
		}
		this.notes = text(one("Notes"), "text");
		this.objects.removeIf((object) -> text(object, "kind").equals("Notes"));
	}

	List<JsonElement> objects() {
		return this.objects;
	}

	/** What Helm says when it has installed the chart. */
	String notes() {
		return this.notes;
	}

	static String text(JsonElement object, String... path) {
		JsonElement at = object;
		for (String name : path) {
			at = Objects.requireNonNull(at.getAsJsonObject().get(name), name);
		}
		return at.getAsString();
	}

	/** The objects of a kind. */
	List<JsonElement> all(String kind) {
		return this.objects.stream().filter((object) -> text(object, "kind").equals(kind)).toList();
	}

	/** The one object of a kind. */
	JsonElement one(String kind) {
		List<JsonElement> found = all(kind);
		if (found.size() != 1) {
			throw new AssertionError("%d objects of kind %s".formatted(found.size(), kind));
		}
		return found.getFirst();
	}

	/** The one object of a kind, typed. */
	<T> T one(String kind, Class<T> type) {
		return JSON.getGson().fromJson(one(kind), type);
	}

	/** The object of that kind and name, typed. */
	<T> T named(String kind, String name, Class<T> type) {
		return all(kind).stream()
			.filter((object) -> text(object, "metadata", "name").equals(name))
			.map((object) -> JSON.getGson().fromJson(object, type))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no %s %s".formatted(kind, name)));
	}

	V1Deployment deployment() {
		return one("Deployment", V1Deployment.class);
	}

	/** The Deployment's pods. */
	V1PodSpec pod() {
		return Objects.requireNonNull(deployment().getSpec().getTemplate().getSpec());
	}

	Map<String, String> podLabels() {
		return deployment().getSpec().getTemplate().getMetadata().getLabels();
	}

	/** Their one container. */
	V1Container container() {
		List<V1Container> containers = pod().getContainers();
		if (containers.size() != 1) {
			throw new AssertionError(containers);
		}
		return containers.getFirst();
	}

	/** Its environment, without what comes from Secrets and the like. */
	Map<String, String> env() {
		Map<String, String> env = new TreeMap<>();
		container().getEnv().forEach((variable) -> {
			if (variable.getValue() != null && env.put(variable.getName(), variable.getValue()) != null) {
				throw new AssertionError("twice: " + variable.getName());
			}
		});
		return env;
	}

}
