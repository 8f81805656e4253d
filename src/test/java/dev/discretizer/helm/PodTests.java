package dev.discretizer.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

import dev.discretizer.budget.HeapPlan;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import org.junit.jupiter.api.DynamicTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * The pods are allowed everywhere, are asked where the service answers, and stop without
 * dropping anything.
 */
class PodTests {

	/**
	 * What a pod may mount under the restricted standard, of which the chart uses these.
	 */
	private static final List<String> VOLUMES = List.of("emptyDir", "secret");

	/** How long the service still answers what it accepted last, in seconds. */
	private static final long SETTLING = 2;

	/** The restricted pod security standard, rule by rule. */
	@TestFactory
	Stream<DynamicTest> podsOfAllSwitchesAreRestricted() {
		List<Map.Entry<String, String>> all = new ArrayList<>(ChartTests.SWITCHES.entrySet());
		all.add(Map.entry("defaults", ""));
		return all.stream().map((entry) -> DynamicTest.dynamicTest(entry.getKey(), () -> {
			Manifests manifests = Chart.render(entry.getValue());
			assertRestricted(manifests.pod());
			assertRestricted(manifests.one("Pod", V1Pod.class).getSpec());
		}));
	}

	/** The service's own plan is in bytes, the chart's in MiB. */
	@ParameterizedTest
	@CsvSource({ "256Mi, 700, 140", "512Mi, 700, 281", "1Gi, 700, 652", "2Gi, 700, 1555", "2Gi, 100, 1647",
			"8Gi, 700, 6972" })
	void heapFollowsFromTheMemory(String memory, int threads, int heap) {
		Map<String, String> env = Chart
			.render("{resources: {memory: %s}, limits: {threads: %d}, javaOptions: -Xss512k}".formatted(memory,
					threads))
			.env();
		assertThat(env).containsEntry("JDK_JAVA_OPTIONS", "-Xmx%dm -Xss512k".formatted(heap));
		long container = Integer.parseInt(memory.substring(0, memory.length() - 2))
				* (memory.endsWith("Gi") ? 1L << 30 : 1L << 20);
		assertThat(heap)
			.isEqualTo((int) (Math.max(container * 55 / 100, HeapPlan.heap(container, threads)) / (1 << 20)));
	}

	private static void assertRestricted(V1PodSpec pod) {
		assertThat(pod.getHostNetwork()).isNull();
		assertThat(pod.getHostPID()).isNull();
		assertThat(pod.getHostIPC()).isNull();
		assertThat(pod.getAutomountServiceAccountToken()).isFalse();
		assertThat(pod.getEnableServiceLinks()).isFalse();
		V1PodSecurityContext context = Objects.requireNonNull(pod.getSecurityContext());
		assertThat(context.getRunAsNonRoot()).isTrue();
		assertThat(context.getRunAsUser()).isIn(null, 10001L);
		assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
		assertThat(context.getSysctls()).isNullOrEmpty();
		for (V1Container container : pod.getContainers()) {
			assertRestricted(container);
		}
		for (V1Volume volume : Objects.requireNonNullElse(pod.getVolumes(), List.<V1Volume>of())) {
			assertThat(JSON.getGson().toJsonTree(volume).getAsJsonObject().keySet())
				.allMatch((kind) -> kind.equals("name") || VOLUMES.contains(kind));
		}
	}

	private static void assertRestricted(V1Container container) {
		V1SecurityContext context = Objects.requireNonNull(container.getSecurityContext());
		assertThat(context.getAllowPrivilegeEscalation()).isFalse();
		assertThat(context.getReadOnlyRootFilesystem()).isTrue();
		assertThat(context.getPrivileged()).isNull();
		assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
		assertThat(context.getCapabilities().getAdd()).isNullOrEmpty();
		assertThat(context.getSeccompProfile()).isNull();
		assertThat(context.getRunAsUser()).isNull();
		assertThat(Objects.requireNonNullElse(container.getPorts(), List.<V1ContainerPort>of()))
			.allSatisfy((port) -> assertThat(port.getHostPort()).isNull());
	}

	@Test
	void userIsTheNumericOneOfTheImageOrThePlatforms() {
		V1PodSecurityContext context = Chart.defaults().pod().getSecurityContext();
		assertThat(context.getRunAsUser()).isEqualTo(10001);
		assertThat(context.getRunAsGroup()).isEqualTo(10001);
		assertThat(context.getFsGroup()).isEqualTo(10001);
		V1PodSecurityContext open = Chart.render("runAsUser: null").pod().getSecurityContext();
		assertThat(open.getRunAsUser()).isNull();
		assertThat(open.getFsGroup()).isNull();
		assertThat(open.getRunAsNonRoot()).isTrue();
	}

	@Test
	void onlyTmpCanBeWrittenAndItIsBounded() {
		Manifests manifests = Chart.render("""
				security: {mode: api-key, apiKey: {existingSecret: my-keys}}
				tls: {enabled: true, existingSecret: my-tls}
				resources: {tmp: 32Mi}
				""");
		assertThat(manifests.container().getVolumeMounts())
			.filteredOn((mount) -> !Boolean.TRUE.equals(mount.getReadOnly()))
			.extracting(V1VolumeMount::getMountPath)
			.containsExactly("/tmp");
		V1Volume tmp = manifests.pod().getVolumes().getFirst();
		assertThat(tmp.getName()).isEqualTo("tmp");
		assertThat(tmp.getEmptyDir().getSizeLimit().toSuffixedString()).isEqualTo("32Mi");
		assertThat(manifests.container().getVolumeMounts()).extracting(V1VolumeMount::getName)
			.containsExactlyElementsOf(manifests.pod().getVolumes().stream().map(V1Volume::getName).toList());
	}

	@Test
	void serviceAccountHasNoToken() {
		Manifests manifests = Chart.defaults();
		V1ServiceAccount account = manifests.one("ServiceAccount", V1ServiceAccount.class);
		assertThat(account.getAutomountServiceAccountToken()).isFalse();
		assertThat(manifests.pod().getServiceAccountName()).isEqualTo(account.getMetadata().getName());
		assertThat(Chart.render("serviceAccount: {create: false}").pod().getServiceAccountName()).isEqualTo("default");
	}

	@Test
	void memoryIsRequestedAsItIsLimitedAndProcessorTimeIsNotLimited() {
		for (Manifests manifests : List.of(Chart.defaults(), Chart.production())) {
			var resources = manifests.container().getResources();
			assertThat(resources.getLimits().get("memory")).isNotNull()
				.isEqualTo(resources.getRequests().get("memory"));
			assertThat(resources.getRequests()).containsKey("cpu");
			assertThat(resources.getLimits()).doesNotContainKey("cpu");
		}
	}

	/** As the service's own configuration has them; its main port is Spring Boot's. */
	@Test
	void portsAreThoseOfTheService() throws IOException {
		Properties application = application();
		assertThat(Chart.defaults().container().getPorts())
			.extracting(V1ContainerPort::getName, V1ContainerPort::getContainerPort)
			.containsExactly(tuple("http", 8080),
					tuple("management", Integer.parseInt(application.getProperty("management.server.port"))));
		assertThat(application).doesNotContainKey("server.port").doesNotContainKey("management.server.address");
	}

	@ParameterizedTest
	@CsvSource({ "false, HTTP", "true, HTTPS" })
	void readinessAsksTheMainPortAndLivenessTheActuators(boolean tls, String scheme) throws IOException {
		// What offers /readyz there.
		assertThat(application().getProperty("management.endpoint.health.probes.add-additional-paths"))
			.isEqualTo("true");
		V1Container container = Chart.render("tls: {enabled: %s, existingSecret: my-tls}".formatted(tls)).container();
		// The actuator has no TLS, and Kubernetes asks by HTTP where nothing is said.
		assertAsks(container.getStartupProbe(), "/actuator/health/liveness", "management", null);
		assertAsks(container.getLivenessProbe(), "/actuator/health/liveness", "management", null);
		assertAsks(container.getReadinessProbe(), "/readyz", "http", scheme);
		assertThat(container.getLifecycle()).isNull();
	}

	private static void assertAsks(V1Probe probe, String path, String port, @Nullable String scheme) {
		assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
		assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString(port));
		assertThat(probe.getHttpGet().getScheme()).isEqualTo(scheme);
		assertThat(probe.getTimeoutSeconds()).isLessThanOrEqualTo(probe.getPeriodSeconds());
	}

	/** A pod that hangs is taken out of traffic long before it is killed. */
	@Test
	void readinessGoesDownBeforeLivenessKills() {
		V1Container container = Chart.defaults().container();
		assertThat(longest(container.getReadinessProbe())).isLessThan(longest(container.getLivenessProbe()) / 2);
	}

	private static int longest(V1Probe probe) {
		return probe.getPeriodSeconds() * probe.getFailureThreshold();
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "10, 30", "20, 60", "120, 600" })
	void podIsKilledOnlyAfterDrainAndRunningRequests(int drain, int requests) {
		Manifests manifests = Chart
			.render("shutdown: {drainSeconds: %d, requestsSeconds: %d}".formatted(drain, requests));
		assertThat(manifests.pod().getTerminationGracePeriodSeconds()).isGreaterThan(drain + SETTLING + requests)
			.isLessThan(drain + requests + 30);
		assertThat(manifests.env()).containsEntry("DISCRETIZER_SHUTDOWN_DRAIN", drain + "s")
			.containsEntry("SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE", requests + "s");
	}

	@Test
	void rolloutTakesNoPodBeforeAnotherIsReady() {
		var strategy = Chart.defaults().deployment().getSpec().getStrategy();
		assertThat(strategy.getType()).isEqualTo("RollingUpdate");
		assertThat(strategy.getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(0));
		assertThat(strategy.getRollingUpdate().getMaxSurge()).isEqualTo(new IntOrString(1));
	}

	@Test
	void autoscalerAloneSaysHowManyPodsThereAre() {
		assertThat(Chart.defaults().deployment().getSpec().getReplicas()).isEqualTo(2);
		assertThat(Chart.render("autoscaling: {enabled: true}").deployment().getSpec().getReplicas()).isNull();
	}

	@Test
	void imageIsByTagOrDigest() {
		assertThat(Chart.defaults().container().getImage()).isEqualTo("discretizer:0.2.0");
		assertThat(Chart.render("image: {tag: 1.2.3}").container().getImage()).isEqualTo("discretizer:1.2.3");
		String digest = "sha256:" + "0".repeat(64);
		assertThat(Chart.render("image: {tag: 1.2.3, digest: '%s'}".formatted(digest)).container().getImage())
			.isEqualTo("discretizer@" + digest);
	}

	@Test
	void keysArriveAsAFileThatFollowsItsSecret() {
		Manifests manifests = Chart
			.render("security: {mode: api-key, apiKey: {existingSecret: my-keys, key: list.txt}}");
		V1VolumeMount mount = manifests.container()
			.getVolumeMounts()
			.stream()
			.filter((each) -> each.getName().equals("keys"))
			.findFirst()
			.orElseThrow();
		// A subPath would never see a change of the Secret.
		assertThat(mount.getSubPath()).isNull();
		V1Volume volume = manifests.pod().getVolumes().get(1);
		assertThat(volume.getSecret().getSecretName()).isEqualTo("my-keys");
		assertThat(volume.getSecret().getOptional()).isNull();
		assertThat(volume.getSecret().getItems().getFirst().getKey()).isEqualTo("list.txt");
		assertThat(manifests.env().values()).anyMatch((value) -> value
			.endsWith(mount.getMountPath() + "/" + volume.getSecret().getItems().getFirst().getPath()));
	}

	/** By the group that fsGroup gives them, or by anyone where there is none. */
	@Test
	void filesOfSecretsCanBeRead() {
		String values = "tls: {enabled: true, existingSecret: my-tls}\n";
		assertThat(Chart.render(values).pod().getVolumes().getLast().getSecret().getDefaultMode()).isEqualTo(0440);
		assertThat(Chart.render(values + "runAsUser: null").pod().getVolumes().getLast().getSecret().getDefaultMode())
			.isEqualTo(0444);
	}

	@Test
	void extraVariablesComeLastSoThatTheyWin() {
		List<V1EnvVar> env = Chart
			.render("extraEnv: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: B, value: b}]")
			.container()
			.getEnv();
		assertThat(env.subList(env.size() - 2, env.size())).extracting(V1EnvVar::getName).containsExactly("A", "B");
	}

	@Test
	void containersAndVolumesOfUsersStandBesideTheCharts() {
		Manifests manifests = Chart.render("""
				extraVolumes: [{name: ca, secret: {secretName: my-ca}}]
				extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
				initContainers: [{name: first, image: 'busybox:1'}]
				sidecars: [{name: beside, image: 'proxy:1', ports: [{containerPort: 9000}]}]
				""");
		V1PodSpec pod = manifests.pod();
		assertThat(pod.getVolumes()).extracting(V1Volume::getName).contains("tmp").endsWith("ca");
		assertThat(pod.getInitContainers()).extracting(V1Container::getImage).containsExactly("busybox:1");
		assertThat(pod.getContainers()).extracting(V1Container::getName).containsExactly("discretizer", "beside");
		V1VolumeMount mount = pod.getContainers().getFirst().getVolumeMounts().getLast();
		assertThat(mount.getMountPath()).isEqualTo("/etc/ca");
		assertThat(mount.getReadOnly()).isTrue();
	}

	/** A probe keeps what is not given, and whom it asks. */
	@Test
	void timesOfProbesAreMergedIntoTheCharts() {
		V1Container before = Chart.render("").container();
		V1Container after = Chart.render(
				"probes: {startup: {failureThreshold: 90}, liveness: {periodSeconds: 20}, readiness: {timeoutSeconds: 1}}")
			.container();
		assertThat(after.getStartupProbe()).isEqualTo(before.getStartupProbe().failureThreshold(90));
		assertThat(after.getLivenessProbe()).isEqualTo(before.getLivenessProbe().periodSeconds(20));
		assertThat(after.getReadinessProbe()).isEqualTo(before.getReadinessProbe().timeoutSeconds(1));
	}

	@Test
	void chartIsOfTheServicesVersion() throws IOException {
		String pom = Files.readString(Path.of("pom.xml"));
		String version = pom
			.replaceAll("(?s).*?<artifactId>discretizer</artifactId>\\s*<version>([^<]+?)(-SNAPSHOT)?<.*", "$1");
		assertThat(Chart.read("Chart.yaml")).contains("appVersion: \"" + version + "\"");
	}

	private static Properties application() throws IOException {
		YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
		yaml.setResources(new ClassPathResource("application.yaml"));
		return Objects.requireNonNull(yaml.getObject());
	}

}
