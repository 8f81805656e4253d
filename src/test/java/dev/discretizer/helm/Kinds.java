package dev.discretizer.helm;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;

/**
 * Holds objects to the types that Kubernetes has for them: unknown fields, missing ones
 * and wrong types are errors.
 */
final class Kinds {

	private static final Map<String, Class<?>> BUILT_IN = Map.of("apps/v1 Deployment", V1Deployment.class, "v1 Service",
			V1Service.class, "v1 ServiceAccount", V1ServiceAccount.class, "v1 Pod", V1Pod.class,
			"policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class, "autoscaling/v2 HorizontalPodAutoscaler",
			V2HorizontalPodAutoscaler.class, "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class,
			"networking.k8s.io/v1 Ingress", V1Ingress.class);

	/**
	 * Fields of the Prometheus operator's kinds, as its API reference has them: those
	 * that the chart uses, which is few of them.
	 */
	private static final Map<String, Set<String>> OPERATOR = Map.of("monitoring.coreos.com/v1 ServiceMonitor",
			Set.of("spec.selector.matchLabels.*", "spec.namespaceSelector.matchNames[]", "spec.endpoints[].port",
					"spec.endpoints[].path", "spec.endpoints[].scheme", "spec.endpoints[].interval"),
			"monitoring.coreos.com/v1 PrometheusRule",
			Set.of("spec.groups[].name", "spec.groups[].rules[].alert", "spec.groups[].rules[].expr",
					"spec.groups[].rules[].for", "spec.groups[].rules[].labels.*",
					"spec.groups[].rules[].annotations.*"));

	private Kinds() {
	}

	/**
	 * Checks an object.
	 * @throws AssertionError if Kubernetes would refuse it for its form
	 */
	static void check(JsonElement object) {
		String kind = Manifests.text(object, "apiVersion") + " " + Manifests.text(object, "kind");
		if (OPERATOR.containsKey(kind)) {
			validate(V1ObjectMeta.class, object.getAsJsonObject().get("metadata"));
			JsonObject rest = new JsonObject();
			rest.add("spec", object.getAsJsonObject().get("spec"));
			checkFields("", rest, OPERATOR.get(kind));
			return;
		}
		Class<?> type = BUILT_IN.get(kind);
		if (type == null) {
			throw new AssertionError("no such kind: " + kind);
		}
		validate(type, object);
	}

	/** Unknown and missing fields by the first, types by the second. */
	private static void validate(Class<?> type, JsonElement object) {
		try {
			type.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
			Objects.requireNonNull(JSON.getGson().fromJson(object, type));
		}
		catch (InvocationTargetException ex) {
			throw new AssertionError(ex.getCause().getMessage() + " in " + object, ex.getCause());
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			throw new AssertionError(ex + " in " + object, ex);
		}
	}

	private static void checkFields(String path, JsonElement at, Set<String> known) {
		if (at.isJsonObject()) {
			boolean open = known.contains(path + ".*");
			at.getAsJsonObject().entrySet().forEach((member) -> {
				String name = open ? "*" : member.getKey();
				checkFields(path.isEmpty() ? name : path + "." + name, member.getValue(), known);
			});
		}
		else if (at.isJsonArray()) {
			at.getAsJsonArray().forEach((element) -> checkFields(path + "[]", element, known));
		}
		else if (!known.contains(path) || !at.getAsJsonPrimitive().isString()) {
			throw new AssertionError("no such field: %s, %s".formatted(path, at));
		}
	}

}
