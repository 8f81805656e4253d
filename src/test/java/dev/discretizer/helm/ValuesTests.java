package dev.discretizer.helm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Wrong and unknown values are refused with word of which, and the README knows them all.
 */
class ValuesTests {

	/** Objects that Kubernetes alone knows the form of, or Helm. */
	private static final Set<String> OPEN = Set.of("global", "affinity.nodeAffinity", "affinity.podAffinity",
			"affinity.podAntiAffinity", "extraVolumeMounts", "extraVolumes", "initContainers", "sidecars",
			"httpRoute.parentRefs");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z.]+)` \\| `(.*?)` \\| (.+) \\|$");

	/** What is refused, and what Helm must name of it. */
	private static final Map<String, String> WRONG = wrong();

	private static Map<String, String> wrong() {
		Map<String, String> wrong = new LinkedHashMap<>();
		wrong.put("replicaCount: 3", "replicaCount");
		wrong.put("replicas: 0", "replicas");
		wrong.put("replicas: '2'", "replicas");
		wrong.put("replicas: 2.5", "replicas");
		wrong.put("resources: {cpu: 1500m, cpuLimit: '1'}", "resources.cpuLimit is 1, at least resources.cpu (1500m)");
		wrong.put("resources: {cpu: '0.5', cpuLimit: 400m}", "resources.cpuLimit is 400m");
		wrong.put("{javaOptions: -Xss1m -Xmx2g, resources: {memory: 2Gi}}", "javaOptions has -Xmx2g");
		wrong.put("{javaOptions: -Xmx100m -Xmx2g, resources: {memory: 1Gi}}", "javaOptions has -Xmx2g");
		wrong.put("{javaOptions: -Xmx600m, resources: {memory: 512Mi}}", "javaOptions has -Xmx600m");
		wrong.put("httpRoute: {enabled: true}", "httpRoute.parentRefs");
		wrong.put("probes: {liveness: {httpGet: {}}}", "httpGet");
		wrong.put("ingress: {paths: []}", "paths");
		wrong.put("sidecars: [{name: a}]", "image");
		wrong.put("image: {repo: a}", "repo");
		wrong.put("image: {repository: ''}", "repository");
		wrong.put("image: {repository: Discretizer}", "repository");
		wrong.put("image: {tag: 1.5}", "tag");
		wrong.put("image: {tag: 'a b'}", "tag");
		wrong.put("image: {digest: 'sha256:1'}", "digest");
		wrong.put("image: {pullPolicy: Sometimes}", "pullPolicy");
		wrong.put("imagePullSecrets: [{name: a}]", "imagePullSecrets");
		wrong.put("fullnameOverride: Upper", "fullnameOverride");
		wrong.put("commonLabels: {a: 'b c'}", "commonLabels");
		wrong.put("commonLabels: {a: 1}", "commonLabels");
		wrong.put("commonLabels: {app.kubernetes.io/name: other}", "app.kubernetes.io/name");
		wrong.put("podLabels: {helm.sh/chart: other}", "helm.sh/chart");
		wrong.put("serviceMonitor: {labels: {app.kubernetes.io/instance: other}}", "app.kubernetes.io/instance");
		wrong.put("resources: {memory: 2G}", "memory");
		wrong.put("resources: {memory: 128Mi}", "memory");
		wrong.put("resources: {memory: 2048}", "memory");
		wrong.put("resources: {cpu: 0m}", "cpu");
		wrong.put("resources: {limits: {cpu: 1}}", "limits");
		wrong.put("resources: {cpuLimit: lots}", "cpuLimit");
		wrong.put("resources: {tmp: 0Mi}", "tmp");
		wrong.put("runAsUser: 0", "runAsUser");
		wrong.put("limits: {body: 256Mi}", "body");
		wrong.put("limits: {body: 0MB}", "body");
		wrong.put("limits: {body: null}", "body");
		wrong.put("limits: {elements: 2147483648}", "elements");
		wrong.put("limits: {rank: 0}", "rank");
		wrong.put("limits: {queueWait: 2}", "queueWait");
		wrong.put("limits: {queueWait: 2h}", "queueWait");
		wrong.put("limits: {memoryShare: 0}", "memoryShare");
		wrong.put("limits: {memoryShare: 1.01}", "memoryShare");
		wrong.put("limits: {jointElements: 0}", "jointElements");
		wrong.put("limits: {synops: 0}", "synops");
		wrong.put("limits: {steps: 0}", "steps");
		wrong.put("limits: {recordings: 0}", "recordings");
		wrong.put("limits: {simulations: -1}", "simulations");
		wrong.put("limits: {json_depth: 5}", "json_depth");
		wrong.put("limits: {maxConnections: -1}", "maxConnections");
		wrong.put("limits: {threads: 0}", "threads");
		wrong.put("warmUp: {enabled: 'yes'}", "enabled");
		wrong.put("warmUp: {time: soon}", "time");
		wrong.put("warmUp: {idle: soon}", "idle");
		wrong.put("shutdown: {drainSeconds: 5s}", "drainSeconds");
		wrong.put("shutdown: {drainSeconds: -1}", "drainSeconds");
		wrong.put("shutdown: {requestsSeconds: 0}", "requestsSeconds");
		wrong.put("shutdown: {drain: 5s}", "drain");
		wrong.put("log: {format: xml}", "format");
		wrong.put("tracing: {endpoint: 'collector:4318'}", "endpoint");
		wrong.put("tracing: {sampling: 1.5}", "sampling");
		wrong.put("cors: {allowedOrigins: [lab.example.com]}", "allowedOrigins");
		wrong.put("security: {jwt: {clockSkew: 30}}", "clockSkew");
		wrong.put("security: {mode: basic}", "mode");
		wrong.put("security: {mode: null}", "mode");
		wrong.put("security: {keys: [a]}", "keys");
		wrong.put("security: {apiKey: {existingSecret: My_Keys}}", "existingSecret");
		wrong.put("security: {jwt: {algorithms: [none]}}", "algorithms");
		wrong.put("security: {jwt: {algorithms: [HS256]}}", "algorithms");
		wrong.put("security: {jwt: {algorithms: []}}", "algorithms");
		wrong.put("security: {jwt: {issuerUri: issuer.example.com}}", "issuerUri");
		wrong.put("security: {jwt: {audiences: ['a,b']}}", "audiences");
		wrong.put("extraEnv: [{name: A}]", "extraEnv");
		wrong.put("extraEnv: [{name: 1A, value: b}]", "extraEnv");
		wrong.put("extraEnv: [{name: A, value: 1}]", "extraEnv");
		wrong.put("extraEnv: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: a}}}]", "extraEnv");
		wrong.put("extraEnv: [{name: A, valueFrom: {secretKeyRef: {name: a}}}]", "extraEnv");
		wrong.put("extraEnv: {A: b}", "extraEnv");
		wrong.put("service: {type: ExternalName}", "type");
		wrong.put("service: {port: 65536}", "port");
		wrong.put("ingress: {hosts: [{host: a}]}", "hosts");
		wrong.put("ingress: {hosts: ['https://a']}", "hosts");
		wrong.put("autoscaling: {targetCPU: 101}", "targetCPU");
		wrong.put("autoscaling: {admission: {averageValue: 1}}", "averageValue");
		wrong.put("autoscaling: {cpu: 70}", "cpu");
		wrong.put("rollout: {maxSurge: 0}", "maxSurge");
		wrong.put("rollout: {maxUnavailable: 1}", "maxUnavailable");
		wrong.put("podDisruptionBudget: {maxUnavailable: 0%}", "maxUnavailable");
		wrong.put("topologySpread: {whenUnsatisfiable: Never}", "whenUnsatisfiable");
		wrong.put("networkPolicy: {clientNamespaces: [Training]}", "clientNamespaces");
		wrong.put("networkPolicy: {clients: [{}]}", "clients");
		wrong.put("networkPolicy: {clients: [{namespace: a}]}", "clients");
		wrong.put("networkPolicy: {egress: [{from: []}]}", "egress");
		wrong.put("networkPolicy: {monitoringNamespace: ''}", "monitoringNamespace");
		wrong.put("serviceAccount: {automount: true}", "automount");
		wrong.put("serviceMonitor: {interval: 30}", "interval");
		wrong.put("prometheusRule: {enabled: 1}", "enabled");
		wrong.put("nodeSelector: {a: true}", "nodeSelector");
		wrong.put("tolerations: [{effect: Never}]", "tolerations");
		wrong.put("affinity: {anti: {}}", "anti");
		wrong.put("test: {image: ''}", "image");
		// What needs something else with it.
		wrong.put("security: {mode: api-key}", "security.apiKey.existingSecret");
		wrong.put("security: {mode: jwt, jwt: {audiences: [a]}}", "security.jwt.issuerUri");
		wrong.put("security: {mode: jwt, jwt: {issuerUri: 'https://a.example.com'}}", "security.jwt.audiences");
		wrong.put("security: {mode: jwt, jwt: {issuerUri: 'https://a.example.com', audiences: [a]}}",
				"networkPolicy.egress");
		wrong.put("tracing: {endpoint: 'http://collector:4318/v1/traces'}", "networkPolicy.egress");
		wrong.put("tls: {enabled: true}", "tls.existingSecret");
		wrong.put("ingress: {enabled: true}", "ingress.hosts");
		wrong.put("autoscaling: {enabled: true, minReplicas: 9}", "autoscaling.minReplicas is 9");
		return wrong;
	}

	@TestFactory
	Stream<DynamicTest> wrongValuesAreRefused() {
		return WRONG.entrySet()
			.stream()
			.map((entry) -> DynamicTest.dynamicTest(entry.getKey(),
					() -> assertThat(Chart.refusal(entry.getKey())).contains(entry.getValue())));
	}

	/** No object of the schema takes a name that it does not know. */
	@Test
	void schemaIsClosedEverywhere() {
		JsonObject schema = JsonParser.parseString(Chart.read("values.schema.json")).getAsJsonObject();
		Set<String> open = new TreeSet<>();
		findOpen("", schema, open);
		assertThat(open).containsExactlyInAnyOrderElementsOf(OPEN);
	}

	private static void findOpen(String path, JsonElement at, Set<String> open) {
		if (at.isJsonArray()) {
			at.getAsJsonArray().forEach((each) -> findOpen(path, each, open));
			return;
		}
		if (!at.isJsonObject()) {
			return;
		}
		JsonObject schema = at.getAsJsonObject();
		JsonElement type = schema.get("type");
		JsonElement more = schema.get("additionalProperties");
		boolean closed = more != null && (more.isJsonObject() || !more.getAsBoolean());
		if (type != null && type.isJsonPrimitive() && type.getAsString().equals("object") && !closed) {
			open.add(path);
		}
		schema.entrySet().forEach((member) -> {
			boolean isName = path.endsWith("!");
			String name = isName
					? path.substring(0, path.length() - 1) + (path.length() > 1 ? "." : "") + member.getKey()
					: member.getKey().equals("properties") || member.getKey().equals("definitions") ? path + "!" : path;
			findOpen(name, member.getValue(), open);
		});
	}

	/** All values but Kubernetes' own have their form in the schema, and no others. */
	@Test
	void schemaKnowsTheValuesThatThereAre() {
		JsonObject schema = JsonParser.parseString(Chart.read("values.schema.json")).getAsJsonObject();
		Set<String> names = new TreeSet<>(schema.getAsJsonObject("properties").keySet());
		names.remove("global");
		assertThat(names).isEqualTo(values().keySet());
	}

	@Test
	void readmeHasEveryValueWithItsDefault() {
		Map<String, String> documented = new TreeMap<>();
		Matcher row = ROW.matcher(Chart.read("README.md"));
		while (row.find()) {
			assertThat(documented.put(row.group(1), row.group(2))).as("twice: " + row.group(1)).isNull();
			assertThat(row.group(3)).hasSizeGreaterThan(5);
		}
		Map<String, String> expected = new TreeMap<>();
		flatten("", values(), expected);
		assertThat(documented).isEqualTo(expected);
	}

	/** Leaves by their paths; what is empty is a leaf. */
	private static void flatten(String path, Map<?, ?> values, Map<String, String> leaves) {
		values.forEach((name, value) -> {
			if (value instanceof Map<?, ?> map && !map.isEmpty()) {
				flatten(path + name + ".", map, leaves);
			}
			else {
				leaves.put(path + name, shown(value));
			}
		});
	}

	private static String shown(Object value) {
		return switch (value) {
			case String text -> "\"" + text + "\"";
			case List<?> list -> "[" + String.join(", ", list.stream().map(ValuesTests::shown).toList()) + "]";
			case Map<?, ?> map -> "{" + String.join(", ",
					map.entrySet()
						.stream()
						.map((each) -> shown(each.getKey()) + ": " + shown(each.getValue()))
						.toList())
					+ "}";
			default -> String.valueOf(value);
		};
	}

	private static Map<String, Object> values() {
		return new Yaml().load(Chart.read("values.yaml"));
	}

	/** Commands of the chart's pages name files that there are. */
	@Test
	void productionFileSaysHowItIsUsed() {
		assertThat(Chart.read("values-production.yaml")).contains("-f helm/discretizer/values-production.yaml");
		assertThat(Chart.PRODUCTION).exists();
		assertThat(Chart.read("values-production.yaml"))
			.containsPattern("admission:\\s+# Without the adapter of README.md");
		assertThat(Chart.read("README.md")).contains("prometheus-adapter");
	}

}
