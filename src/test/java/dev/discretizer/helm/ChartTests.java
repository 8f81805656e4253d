package dev.discretizer.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1Ingress;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Whatever is switched on or off, Helm renders the chart and Kubernetes takes it.
 */
class ChartTests {

	/**
	 * Each switch of the chart, away from its default, and every list with something in
	 * it.
	 */
	static final Map<String, String> SWITCHES = switches();

	private static Map<String, String> switches() {
		Map<String, String> all = new TreeMap<>();
		all.put("no extras", """
				podDisruptionBudget: {enabled: false}
				topologySpread: {enabled: false}
				networkPolicy: {enabled: false}
				serviceAccount: {create: false}
				warmUp: {enabled: false}
				apiDocs: {enabled: false}
				""");
		all.put("autoscaling", "autoscaling: {enabled: true}");
		all.put("autoscaling by admission", "autoscaling: {enabled: true, admission: {enabled: true}}");
		all.put("keys", "security: {mode: api-key, apiKey: {existingSecret: my-keys, key: list.txt}}");
		all.put("tokens",
				"""
						security: {mode: jwt, jwt: {issuerUri: 'https://issuer.example.com', audiences: [a, b], scope: s, clientIds: [c, d]}}
						networkPolicy:
						  egress:
						    - to: [{ipBlock: {cidr: 192.0.2.0/24}}]
						      ports: [{port: 443, protocol: TCP}]
						""");
		all.put("tokens by their keys", """
				security:
				  mode: jwt
				  jwt: {jwkSetUri: 'https://issuer.example.com/keys', audiences: [a], algorithms: [ES256]}
				networkPolicy: {enabled: false}
				""");
		all.put("traces", """
				tracing: {endpoint: 'http://collector:4318/v1/traces', sampling: 1}
				networkPolicy:
				  egress:
				    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: tracing}}}]
				      ports: [{port: 4318}]
				""");
		all.put("tls", "tls: {enabled: true, existingSecret: my-tls}");
		all.put("ingress", """
				ingress:
				  enabled: true
				  className: nginx
				  annotations: {example.com/timeout: "60"}
				  hosts: [one.example.com, '*.example.org']
				  tls: [{secretName: my-tls, hosts: [one.example.com]}]
				""");
		all.put("paths", """
				ingress:
				  enabled: true
				  hosts: [one.example.com]
				  paths: [{path: /api, pathType: Prefix}, {path: /readyz, pathType: Exact}]
				""");
		all.put("containers", """
				extraVolumes: [{name: ca, secret: {secretName: my-ca}}]
				extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
				initContainers: [{name: first, image: 'busybox:1'}]
				probes: {startup: {failureThreshold: 90}, liveness: {periodSeconds: 20}, readiness: {timeoutSeconds: 1}}
				""");
		all.put("monitoring", """
				serviceMonitor: {enabled: true, interval: 15s, labels: {release: prometheus}}
				prometheusRule: {enabled: true, labels: {release: prometheus}}
				""");
		all.put("peers", """
				networkPolicy:
				  clientNamespaces: [training, notebooks]
				  clients:
				    - namespaceSelector: {matchLabels: {team: chips}}
				      podSelector: {matchExpressions: [{key: app, operator: In, values: [a]}]}
				    - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
				""");
		all.put("placement", """
				nodeSelector: {kubernetes.io/arch: arm64}
				tolerations: [{key: chips, operator: Equal, value: "true", effect: NoSchedule}]
				affinity:
				  nodeAffinity:
				    requiredDuringSchedulingIgnoredDuringExecution:
				      nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}]}]
				priorityClassName: high
				topologySpread: {whenUnsatisfiable: DoNotSchedule}
				runAsUser: null
				""");
		all.put("names", """
				fullnameOverride: d
				commonLabels: {team: chips}
				podLabels: {sidecar: "no"}
				podAnnotations: {example.com/a: b c}
				image: {repository: 'registry.example.com:5000/a/b', digest: 'sha256:%s', pullPolicy: Always}
				imagePullSecrets: [one, two]
				serviceAccount: {name: sa, annotations: {example.com/role: r}}
				service: {type: LoadBalancer, port: 8080, annotations: {example.com/internal: "true"}}
				""".formatted("0123456789abcdef".repeat(4)));
		all.put("settings", """
				log: {requests: false, format: logstash}
				cors: {allowedOrigins: ['https://a.example.com', 'http://localhost:3000']}
				extraEnv:
				  - {name: A, value: "1"}
				  - {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}
				  - {name: C, valueFrom: {configMapKeyRef: {name: c, key: k, optional: true}}}
				  - {name: D, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
				javaOptions: -XX:ActiveProcessorCount=4
				resources: {cpuLimit: 1500m, cpu: 500m, memory: 512Mi}
				limits: {body: 1GB, elements: 2147483639}
				rollout: {maxSurge: 25%}
				podDisruptionBudget: {maxUnavailable: 50%}
				shutdown: {drainSeconds: 0}
				global: {anything: 1}
				""");
		return all;
	}

	/** Its kind is not Kubernetes' own, so that its fields are not checked elsewhere. */
	@Test
	void routeLeadsFromTheGatewayToTheService() {
		JsonElement route = Chart.render("""
				httpRoute: {enabled: true, parentRefs: [{name: gateway}], hostnames: [one.example.com]}
				service: {port: 8088}
				fullnameOverride: d
				""").one("HTTPRoute");
		JsonObject spec = route.getAsJsonObject().getAsJsonObject("spec");
		assertThat(spec.get("parentRefs")).hasToString("[{\"name\":\"gateway\"}]");
		assertThat(spec.get("hostnames")).hasToString("[\"one.example.com\"]");
		assertThat(spec.getAsJsonArray("rules").get(0).getAsJsonObject().get("backendRefs"))
			.hasToString("[{\"name\":\"d\",\"port\":8088}]");
	}

	/** Grafana's sidecar finds it by its label. */
	@Test
	void dashboardIsThatOfCompose() throws IOException {
		JsonElement map = Chart.render("dashboard: {enabled: true, labels: {folder: chips}}").one("ConfigMap");
		assertThat(Manifests.text(map, "metadata", "labels", "grafana_dashboard")).isEqualTo("1");
		assertThat(Manifests.text(map, "metadata", "labels", "folder")).isEqualTo("chips");
		assertThat(JsonParser.parseString(Manifests.text(map, "data", "discretizer.json"))).isEqualTo(
				JsonParser.parseString(Files.readString(Path.of("compose/grafana/dashboards/discretizer.json"))));
	}

	@Test
	void pathsOfTheIngressAreThoseGiven() {
		V1Ingress ingress = Chart.render(SWITCHES.get("paths")).one("Ingress", V1Ingress.class);
		assertThat(ingress.getSpec().getRules()).singleElement()
			.satisfies((rule) -> assertThat(rule.getHttp().getPaths())
				.extracting((path) -> path.getPath() + " " + path.getPathType())
				.containsExactly("/api Prefix", "/readyz Exact"));
	}

	@Test
	void chartSaysWhereItIsFromAndHasAnIcon() {
		Map<String, Object> chart = new Yaml().load(Chart.read("Chart.yaml"));
		assertThat(chart).containsKeys("home", "sources");
		assertThat(String.valueOf(chart.get("icon"))).startsWith("data:image/svg+xml;base64,");
	}

	@Test
	void lintFindsNothing() {
		LintResult result = Chart.helm().lint().strict().call();
		assertThat(result.isFailed()).as(() -> String.join("\n", result.getMessages())).isFalse();
		assertThat(result.getMessages()).noneMatch((message) -> message.contains("[ERROR]"))
			.noneMatch((message) -> message.contains("[WARNING]"));
	}

	@Test
	void defaultsAreWhatKubernetesTakes() {
		Manifests manifests = Chart.defaults();
		assertThat(manifests.objects()).extracting((object) -> Manifests.text(object, "kind"))
			.containsExactlyInAnyOrder("Deployment", "Service", "Service", "ServiceAccount", "PodDisruptionBudget",
					"NetworkPolicy", "Pod");
		check(manifests);
	}

	@Test
	void productionIsWhatKubernetesTakes() {
		Manifests manifests = Chart.production();
		assertThat(manifests.objects()).extracting((object) -> Manifests.text(object, "kind"))
			.containsExactlyInAnyOrder("Deployment", "Service", "Service", "ServiceAccount", "PodDisruptionBudget",
					"NetworkPolicy", "Pod", "HorizontalPodAutoscaler", "Ingress", "ServiceMonitor", "PrometheusRule");
		check(manifests);
	}

	@TestFactory
	Stream<DynamicTest> everySwitchIsWhatKubernetesTakes() {
		return SWITCHES.entrySet()
			.stream()
			.map((entry) -> DynamicTest.dynamicTest(entry.getKey(), () -> check(Chart.render(entry.getValue()))));
	}

	/** Names fit, objects stand in the release's namespace and carry its labels. */
	private static void check(Manifests manifests) {
		for (JsonElement object : manifests.objects()) {
			Kinds.check(object);
			assertThat(Manifests.text(object, "metadata", "name")).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
			assertThat(Manifests.text(object, "metadata", "namespace")).isEqualTo(Chart.NAMESPACE);
			assertThat(Manifests.text(object, "metadata", "labels", "app.kubernetes.io/instance"))
				.isEqualTo(Chart.RELEASE);
		}
	}

	/** The check above does find what is wrong. */
	@Test
	void unknownMissingAndWronglyTypedFieldsAreFound() {
		JsonObject deployment = Chart.defaults().one("Deployment").getAsJsonObject();
		JsonObject pod = deployment.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
		JsonObject container = pod.getAsJsonArray("containers").get(0).getAsJsonObject();
		container.add("imagePullPolice", new JsonPrimitive("Always"));
		assertThatThrownBy(() -> Kinds.check(deployment)).hasMessageContaining("imagePullPolice");
		container.remove("imagePullPolice");
		Kinds.check(deployment);
		pod.add("terminationGracePeriodSeconds", new JsonPrimitive("soon"));
		assertThatThrownBy(() -> Kinds.check(deployment)).hasMessageContaining("soon");
		pod.remove("terminationGracePeriodSeconds");
		container.remove("name");
		assertThatThrownBy(() -> Kinds.check(deployment)).hasMessageContaining("name");
		deployment.add("apiVersion", new JsonPrimitive("apps/v1beta1"));
		assertThatThrownBy(() -> Kinds.check(deployment)).hasMessageContaining("no such kind");
		JsonObject monitor = Chart.production().one("ServiceMonitor").getAsJsonObject();
		monitor.getAsJsonObject("spec").add("port", new JsonPrimitive("management"));
		assertThatThrownBy(() -> Kinds.check(monitor)).hasMessageContaining("spec.port");
	}

	@Test
	void oldestKubernetesIsThatOfTheReadme() {
		assertThat(Chart.read("README.md")).contains("Kubernetes 1.27");
		check(new Manifests(Chart.command("1.27.0").call()));
		assertThatThrownBy(() -> Chart.command("1.26.9").call()).hasMessageContaining("kubeVersion");
	}

	@Test
	void labelsOfOneNameStandOnce() {
		Manifests manifests = Chart.render("""
				commonLabels: {team: common, site: a}
				podLabels: {team: pod}
				serviceMonitor: {enabled: true, labels: {team: monitor}}
				""");
		assertThat(manifests.podLabels()).containsEntry("team", "pod").containsEntry("site", "a");
		assertThat(Manifests.text(manifests.one("ServiceMonitor"), "metadata", "labels", "team")).isEqualTo("monitor");
		assertThat(Manifests.text(manifests.one("Deployment"), "metadata", "labels", "team")).isEqualTo("common");
	}

	@Test
	void namesThatLookLikeNumbersOrTruthStayText() throws IOException {
		Path values = Path.of("target", "odd-values.yaml");
		Files.writeString(values, """
				fullnameOverride: "on"
				imagePullSecrets: ["789"]
				security: {mode: api-key, apiKey: {existingSecret: "12", key: "34"}}
				tls: {enabled: true, existingSecret: "56"}
				networkPolicy: {clientNamespaces: ["78"], monitoringNamespace: "null"}
				serviceAccount: {create: false, name: "90"}
				ingress: {enabled: true, className: "1", hosts: ["2"]}
				autoscaling: {enabled: true}
				serviceMonitor: {enabled: true}
				prometheusRule: {enabled: true}
				priorityClassName: "yes"
				resources: {cpu: "2", cpuLimit: "3"}
				""");
		Manifests manifests = new Manifests(
				Chart.command("1.36.0").withName("1").withNamespace("456").withValuesFile(values).call());
		manifests.objects().forEach(Kinds::check);
		assertThat(manifests.deployment().getMetadata().getName()).isEqualTo("on");
		assertThat(manifests.deployment().getMetadata().getNamespace()).isEqualTo("456");
		assertThatThrownBy(() -> Chart.command("1.36.0").withName("1").call()).hasMessageContaining("fullnameOverride");
	}

	@Test
	void notesSayWhereItIsAndWarnOfWhatIsOpen() {
		assertThat(Chart.defaults().notes())
			.contains("rollout status deployment/rel-discretizer", "helm -n chips test rel",
					"port-forward service/rel-discretizer 8080:80", "http://rel-discretizer.chips:80/api/v1",
					"the page at / takes networks, and Swagger UI")
			.doesNotContain("WARNING");
		assertThat(Chart.render("service: {type: LoadBalancer}").notes()).contains("WARNING: security.mode is none");
		assertThat(Chart.render("ingress: {enabled: true, hosts: [one.example.com]}").notes()).contains(
				"http://one.example.com/api/v1", "WARNING: security.mode is none",
				"WARNING: the NetworkPolicy lets in pods of namespace chips alone");
		assertThat(Chart.production().notes())
			.contains("https://discretizer.example.com/api/v1", "Secret discretizer-keys", "discretizer_memory_waiting")
			.doesNotContain("WARNING", "Swagger UI", "the page");
	}

	@Test
	void longReleaseNamesFitWithEverySuffix() {
		Manifests manifests = new Manifests(Chart.command("1.36.0").withName("r".repeat(53)).call());
		assertThat(manifests.objects())
			.allSatisfy((object) -> assertThat(Manifests.text(object, "metadata", "name")).hasSizeLessThan(64));
		assertThat(manifests.all("Service")).extracting((object) -> Manifests.text(object, "metadata", "name"))
			.doesNotHaveDuplicates();
	}

}
