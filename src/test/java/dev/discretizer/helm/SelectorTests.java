package dev.discretizer.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyIngressRule;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What refers to something finds it, and nothing else: no server of Kubernetes checks
 * that.
 */
class SelectorTests {

	private static final String ALL = """
			autoscaling: {enabled: true}
			ingress: {enabled: true, hosts: [one.example.com]}
			serviceMonitor: {enabled: true}
			prometheusRule: {enabled: true}
			networkPolicy: {clientNamespaces: [training]}
			""";

	private static final String OTHER_NAMES = ALL + """
			nameOverride: other
			fullnameOverride: quite-other
			commonLabels: {team: chips}
			podLabels: {pod: "yes"}
			""";

	@ParameterizedTest
	@ValueSource(strings = { ALL, OTHER_NAMES })
	void everySelectorFindsTheServicesPodsAndNotTheTests(String values) {
		Manifests manifests = Chart.render(values);
		Map<String, String> pods = manifests.podLabels();
		Map<String, String> test = manifests.one("Pod", V1Pod.class).getMetadata().getLabels();
		for (Map<String, String> selector : selectors(manifests)) {
			assertThat(selector).isNotEmpty();
			assertThat(pods).containsAllEntriesOf(selector);
			assertThat(test.entrySet().containsAll(selector.entrySet())).as("%s in %s", selector, test).isFalse();
		}
	}

	private static List<Map<String, String>> selectors(Manifests manifests) {
		List<Map<String, String>> selectors = new ArrayList<>();
		selectors.add(manifests.deployment().getSpec().getSelector().getMatchLabels());
		manifests.all("Service")
			.forEach((service) -> selectors
				.add(JSON.getGson().fromJson(service, V1Service.class).getSpec().getSelector()));
		selectors.add(manifests.one("PodDisruptionBudget", V1PodDisruptionBudget.class)
			.getSpec()
			.getSelector()
			.getMatchLabels());
		selectors
			.add(manifests.one("NetworkPolicy", V1NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels());
		manifests.pod()
			.getTopologySpreadConstraints()
			.forEach((spread) -> selectors.add(spread.getLabelSelector().getMatchLabels()));
		assertThat(selectors).hasSize(7);
		return selectors;
	}

	/** Two releases, and their upgrades: a Deployment's selector can never change. */
	@Test
	void selectorsTellReleasesApartAndDoNotKnowTheVersion() {
		Map<String, String> selector = Chart.defaults().deployment().getSpec().getSelector().getMatchLabels();
		assertThat(selector).containsEntry("app.kubernetes.io/instance", Chart.RELEASE)
			.containsOnlyKeys("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component");
	}

	@Test
	void servicesFindTheirPorts() {
		Manifests manifests = Chart.render("service: {port: 8443}");
		Map<String, Integer> ports = new TreeMap<>();
		for (V1ContainerPort port : manifests.container().getPorts()) {
			ports.put(port.getName(), port.getContainerPort());
		}
		V1Service main = manifests.named("Service", "rel-discretizer", V1Service.class);
		assertPort(main, "http", 8443, ports);
		V1Service management = manifests.named("Service", "rel-discretizer-management", V1Service.class);
		assertPort(management, "management", 8081, ports);
		assertThat(management.getSpec().getType()).isEqualTo("ClusterIP");
	}

	private static void assertPort(V1Service service, String name, int port, Map<String, Integer> ports) {
		assertThat(service.getSpec().getPorts()).hasSize(1);
		V1ServicePort found = service.getSpec().getPorts().getFirst();
		assertThat(found.getName()).isEqualTo(name);
		assertThat(found.getPort()).isEqualTo(port);
		assertThat(found.getTargetPort()).isEqualTo(new IntOrString(name));
		assertThat(ports).containsKey(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { ALL, OTHER_NAMES })
	void autoscalerIngressAndMonitorFindWhatTheyName(String values) {
		Manifests manifests = Chart.render(values);
		var target = manifests.one("HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class)
			.getSpec()
			.getScaleTargetRef();
		assertThat(target.getApiVersion()).isEqualTo(manifests.deployment().getApiVersion());
		assertThat(target.getKind()).isEqualTo("Deployment");
		assertThat(target.getName()).isEqualTo(manifests.deployment().getMetadata().getName());
		var backend = manifests.one("Ingress", V1Ingress.class)
			.getSpec()
			.getRules()
			.getFirst()
			.getHttp()
			.getPaths()
			.getFirst()
			.getBackend()
			.getService();
		V1Service service = manifests.named("Service", backend.getName(), V1Service.class);
		assertThat(service.getSpec().getPorts().getFirst().getName()).isEqualTo(backend.getPort().getName());
		assertMonitored(manifests, service);
	}

	/**
	 * The monitor finds the one Service that has its port, and alerts ask for its job.
	 */
	private static void assertMonitored(Manifests manifests, V1Service main) {
		JsonObject spec = manifests.one("ServiceMonitor").getAsJsonObject().getAsJsonObject("spec");
		Map<String, String> selector = JSON.getGson()
			.fromJson(spec.getAsJsonObject("selector").get("matchLabels"), new TypeToken<Map<String, String>>() {
			}.getType());
		V1Service management = manifests.named("Service", main.getMetadata().getName() + "-management",
				V1Service.class);
		assertThat(management.getMetadata().getLabels()).containsAllEntriesOf(selector);
		assertThat(main.getMetadata().getLabels().entrySet().containsAll(selector.entrySet())).isFalse();
		JsonObject endpoint = spec.getAsJsonArray("endpoints").get(0).getAsJsonObject();
		assertThat(endpoint.get("port").getAsString()).isEqualTo(management.getSpec().getPorts().getFirst().getName());
		for (String expression : Alerts.expressions(manifests)) {
			assertThat(expression).contains("namespace=\"%s\"".formatted(Chart.NAMESPACE))
				.contains("job=\"%s\"".formatted(management.getMetadata().getName()));
		}
	}

	@Test
	void networkPolicyOpensTheMainPortToClientsAndTheOtherToMonitoring() {
		Manifests manifests = Chart
			.render("networkPolicy: {clientNamespaces: [training, web], monitoringNamespace: mon}");
		var policy = manifests.one("NetworkPolicy", V1NetworkPolicy.class).getSpec();
		assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
		assertThat(policy.getEgress()).isEmpty();
		assertThat(policy.getIngress()).hasSize(2);
		V1NetworkPolicyIngressRule main = policy.getIngress().getFirst();
		assertThat(main.getPorts()).extracting((port) -> port.getPort()).containsExactly(new IntOrString("http"));
		assertThat(namespaces(main)).containsExactly("training", "web");
		Map<String, String> test = manifests.one("Pod", V1Pod.class).getMetadata().getLabels();
		assertThat(test).containsAllEntriesOf(main.getFrom().getLast().getPodSelector().getMatchLabels());
		V1NetworkPolicyIngressRule management = policy.getIngress().getLast();
		assertThat(management.getPorts()).extracting((port) -> port.getPort())
			.containsExactly(new IntOrString("management"));
		assertThat(management.getFrom()).hasSize(1);
		assertThat(namespaces(management)).containsExactly("mon");
	}

	private static List<String> namespaces(V1NetworkPolicyIngressRule rule) {
		return rule.getFrom()
			.stream()
			.filter((peer) -> peer.getNamespaceSelector() != null)
			.map((peer) -> peer.getNamespaceSelector().getMatchLabels().get("kubernetes.io/metadata.name"))
			.toList();
	}

	@Test
	void withoutClientsTheReleasesOwnNamespaceMayUseTheService() {
		V1NetworkPolicyIngressRule main = Chart.defaults()
			.one("NetworkPolicy", V1NetworkPolicy.class)
			.getSpec()
			.getIngress()
			.getFirst();
		assertThat(main.getFrom().getFirst().getNamespaceSelector()).isNull();
		assertThat(Objects.requireNonNull(main.getFrom().getFirst().getPodSelector()).getMatchLabels()).isNullOrEmpty();
	}

	@Test
	void egressIsWhatIsListedAndTheNamesOfIt() {
		var egress = Chart
			.render("networkPolicy: {egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}]}")
			.one("NetworkPolicy", V1NetworkPolicy.class)
			.getSpec()
			.getEgress();
		assertThat(egress).hasSize(2);
		assertThat(egress.getFirst().getPorts()).allMatch((port) -> port.getPort().equals(new IntOrString(53)));
		assertThat(egress.getLast().getTo().getFirst().getIpBlock().getCidr()).isEqualTo("192.0.2.0/24");
	}

	@Test
	void admissionMetricIsOneOfTheServices() {
		var metrics = Chart
			.render("autoscaling: {enabled: true, targetCPU: 60, admission: {enabled: true, averageValue: 500m}}")
			.one("HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class)
			.getSpec()
			.getMetrics();
		assertThat(metrics).hasSize(2);
		assertThat(metrics.getFirst().getResource().getTarget().getAverageUtilization()).isEqualTo(60);
		assertThat(metrics.getLast().getPods().getMetric().getName()).isEqualTo("discretizer_memory_waiting");
		assertThat(metrics.getLast().getPods().getTarget().getAverageValue().toSuffixedString()).isEqualTo("500m");
	}

	/** The pod of helm test asks the Service by its name and port, as it speaks. */
	@Test
	void helmTestAsksTheService() {
		assertThat(url("")).isEqualTo("http://rel-discretizer:80");
		assertThat(url("tls: {enabled: true, existingSecret: t}\nservice: {port: 443}"))
			.isEqualTo("https://rel-discretizer:443");
		assertThat(Chart.read(Chart.TEST)).contains("helm.sh/hook: test\n");
	}

	private static String url(String values) {
		return Chart.render(values)
			.one("Pod", V1Pod.class)
			.getSpec()
			.getContainers()
			.getFirst()
			.getEnv()
			.getFirst()
			.getValue();
	}

}
