package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * TLS by an SSL bundle, with a certificate that is made here.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsIT {

	private static final String PASSWORD = "changeit-7f3a";

	@TempDir
	private static Path directory;

	private static Service service;

	private static SSLContext trusting;

	@BeforeAll
	static void start() throws Exception {
		Path store = directory.resolve("service.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "service", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
				"CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
				"-keystore", store.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0)
			.as(Files.readString(directory.resolve("keytool.log")))
			.isTrue();
		trusting = trusting(store);
		service = Service.start("--server.ssl.bundle=web", "--spring.ssl.bundle.jks.web.key.alias=service",
				"--spring.ssl.bundle.jks.web.keystore.location=file:" + store,
				"--spring.ssl.bundle.jks.web.keystore.password=" + PASSWORD, "--discretizer.warm-up.enabled=true",
				"--discretizer.warm-up.time=2s");
	}

	private static SSLContext trusting(Path store) throws Exception {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, PASSWORD.toCharArray());
		}
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("service", keys.getCertificate("service"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void servesOverTls() throws Exception {
		HttpResponse<String> answer = post(HttpClient.newBuilder().sslContext(trusting));
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("\"scale\":127.0");
		assertThat(answer.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
		assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
	}

	/** It trusts its own certificate, whatever name is on it. */
	@Test
	void warmsItselfUp(CapturedOutput output) {
		Traffic.until(() -> output.getAll().contains("Warmed up with"));
		assertThat(output.getAll()).doesNotContain("The warm-up broke off", PASSWORD);
	}

	@Test
	void whoDoesNotTrustTheCertificateIsNotServed() {
		assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> post(HttpClient.newBuilder()));
	}

	@Test
	void oldProtocolsAreNotSpoken() {
		SSLParameters old = new SSLParameters();
		old.setProtocols(new String[] { "TLSv1.1" });
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> post(HttpClient.newBuilder().sslContext(trusting).sslParameters(old)));
	}

	@Test
	void plainHttpIsNotServed() throws IOException {
		try (RawConnection connection = new RawConnection(service.port())) {
			connection.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(connection.reply().status()).isEqualTo(400);
		}
	}

	private static HttpResponse<String> post(HttpClient.Builder client) throws Exception {
		try (HttpClient http = client.version(HttpClient.Version.HTTP_1_1).build()) {
			return http
				.send(HttpRequest.newBuilder(URI.create("https://localhost:%d/api/v1/scale".formatted(service.port())))
					.header("Content-Type", Client.JSON)
					.POST(HttpRequest.BodyPublishers.ofString("{\"tensor\":[1.0]}"))
					.build(), HttpResponse.BodyHandlers.ofString());
		}
	}

}
