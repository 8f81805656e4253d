package dev.discretizer.helm;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import dev.discretizer.DiscretizerApplication;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service does start with the environment that the chart gives its pods.
 */
class EnvironmentIT {

	private static final char[] PASSWORD = "changeit".toCharArray();

	@Test
	void tlsIsOnTheMainPortAloneAndProbesAnswerThere(@TempDir Path folder) throws Exception {
		KeyStore store = keys(folder);
		String values = "tls: {enabled: true, existingSecret: my-tls}\napiDocs: {enabled: false}";
		Map<String, String> env = new HashMap<>(Chart.render(values).env());
		env.replaceAll((name, value) -> value.replace("/etc/discretizer/tls", folder.toString()));
		try (ConfigurableApplicationContext context = start(env)) {
			String main = "https://localhost:" + context.getEnvironment().getProperty("local.server.port");
			String management = "http://localhost:" + context.getEnvironment().getProperty("local.management.port");
			try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
				assertThat(status(client, main + "/livez")).isEqualTo(200);
				assertThat(status(client, main + "/readyz")).isEqualTo(200);
				assertThat(status(client, main + "/v3/api-docs")).isEqualTo(404);
				assertThat(status(client, main + "/swagger-ui.html")).isEqualTo(404);
				assertThat(status(client, management + "/actuator/prometheus")).isEqualTo(200);
			}
		}
	}

	@Test
	void serviceStartsWithTheDefaultsAndShowsItsDocuments() throws Exception {
		try (ConfigurableApplicationContext context = start(Chart.defaults().env());
				HttpClient client = HttpClient.newHttpClient()) {
			String main = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			assertThat(status(client, main + "/readyz")).isEqualTo(200);
			assertThat(status(client, main + "/v3/api-docs")).isEqualTo(200);
		}
	}

	@Test
	void keysOfTheMountedSecretOpenAllButProbes(@TempDir Path folder) throws Exception {
		try {
			Class.forName("dev.discretizer.security.SecurityProperties");
		}
		catch (ClassNotFoundException ex) {
			Assumptions.abort("there are no keys yet");
		}
		String hash = HexFormat.of()
			.formatHex(MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8)));
		Files.writeString(folder.resolve("keys"), "training:" + hash + "\n");
		Map<String, String> env = new HashMap<>(
				Chart.render("security: {mode: api-key, apiKey: {existingSecret: my-keys}}").env());
		env.replaceAll((name, value) -> value.replace("/etc/discretizer/keys", folder.toString()));
		try (ConfigurableApplicationContext context = start(env); HttpClient client = HttpClient.newHttpClient()) {
			String main = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			assertThat(status(client, main + "/livez")).isEqualTo(200);
			assertThat(status(client, main + "/readyz")).isEqualTo(200);
			assertThat(status(client, main + "/v3/api-docs")).isEqualTo(401);
			HttpRequest.Builder scale = HttpRequest.newBuilder(URI.create(main + "/api/v1/scale"))
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString("{\"tensor\":[1.0]}"));
			// What helm test looks for.
			assertThat(client.send(scale.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(401);
			assertThat(client.send(scale.header("X-API-Key", "secret").build(), BodyHandlers.discarding()).statusCode())
				.isEqualTo(200);
		}
	}

	/** On ports of the machine's choice, and stopped at once. */
	private static ConfigurableApplicationContext start(Map<String, String> env) {
		Map<String, Object> all = new HashMap<>(env);
		all.put("DISCRETIZER_SHUTDOWN_DRAIN", "0s");
		all.put("SERVER_PORT", "0");
		all.put("MANAGEMENT_SERVER_PORT", "0");
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, all));
		SpringApplication application = new SpringApplication(DiscretizerApplication.class);
		application.setEnvironment(environment);
		return application.run();
	}

	private static int status(HttpClient client, String url) throws Exception {
		return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding()).statusCode();
	}

	/** As a Secret of type kubernetes.io/tls is mounted. */
	private static KeyStore keys(Path folder) throws Exception {
		Path file = folder.resolve("keys.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "web", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost",
				"-ext", "san=dns:localhost", "-validity", "2", "-storetype", "PKCS12", "-storepass",
				new String(PASSWORD), "-keystore", file.toString())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			store.load(in, PASSWORD);
		}
		Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", store.getKey("web", PASSWORD).getEncoded()));
		Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", store.getCertificate("web").getEncoded()));
		return store;
	}

	private static String pem(String type, byte[] bytes) {
		String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
		return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type);
	}

	private static SSLContext trusting(KeyStore keys) throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("web", (X509Certificate) keys.getCertificate("web"));
		TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		managers.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, managers.getTrustManagers(), null);
		return context;
	}

}
