package dev.discretizer.web;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose address the log names: what a proxy says of it is believed of a trusted proxy
 * alone. All requests here come from 127.0.0.1, which is in a private network.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientAddressIT {

	private static final String NATIVE = "--server.forward-headers-strategy=native";

	@Test
	void headerHasNoEffectUnlessProxiesAreBelieved(CapturedOutput output) {
		try (Service service = Service.start("--discretizer.log.requests=true")) {
			assertThat(client(service, output, "off", "198.51.100.7")).isEqualTo("127.0.0.1");
		}
	}

	@Test
	void addressIsThatWhichATrustedProxyNames(CapturedOutput output) {
		try (Service service = Service.start("--discretizer.log.requests=true", NATIVE)) {
			assertThat(client(service, output, "direct")).isEqualTo("127.0.0.1");
			assertThat(client(service, output, "one", "198.51.100.7")).isEqualTo("198.51.100.7");
			assertThat(client(service, output, "six", "2001:db8::7")).isEqualTo("2001:db8::7");
			assertThat(client(service, output, "two", "198.51.100.7, 10.1.2.3")).isEqualTo("198.51.100.7");
			// A client wrote the first one itself; the proxy added what it saw.
			assertThat(client(service, output, "made-up", "203.0.113.9, 198.51.100.7")).isEqualTo("198.51.100.7");
			assertThat(client(service, output, "no-address", "code=ok client=1")).isEqualTo("none");
		}
	}

	@Test
	void headerOfAProxyThatIsNotTrustedHasNoEffect(CapturedOutput output) {
		try (Service service = Service.start("--discretizer.log.requests=true", NATIVE,
				"--server.tomcat.remoteip.internal-proxies=192\\.0\\.2\\.1")) {
			assertThat(client(service, output, "untrusted", "198.51.100.7")).isEqualTo("127.0.0.1");
		}
	}

	/** The client in the line of a request, which follows its answer. */
	private static String client(Service service, CapturedOutput output, String id, String... forwardedFor) {
		Client client = new Client(service.port());
		var request = client.at("/nothing").header("X-Request-Id", id);
		List.of(forwardedFor).forEach((value) -> request.header("X-Forwarded-For", value));
		client.send(request).problem(404, "not-found");
		for (int i = 0; i < 100; i++) {
			List<String> lines = output.getAll()
				.lines()
				.filter((line) -> line.contains("request_id=" + id + " "))
				.toList();
			if (!lines.isEmpty()) {
				assertThat(lines).hasSize(1);
				return lines.getFirst().replaceFirst(".* client=(\\S+) .*", "$1");
			}
			LockSupport.parkNanos(50_000_000);
		}
		throw new AssertionError("no line of request " + id);
	}

}
