package dev.discretizer.web.server;

import java.io.IOException;
import java.time.Duration;

import dev.discretizer.budget.Limits;
import dev.discretizer.web.RawConnection;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a refused body is read, on a server with a single thread: to its end, unless
 * another request waits for the thread.
 */
class RefusedBodyValveTests {

	private static final Limits LIMITS = new Limits(1 << 20, 1 << 20, 1 << 20, 8, 16, 1 << 20, 64, 1, Duration.ZERO,
			1 << 20, new Limits.Simulation(1, 1, 1, 1));

	private static final int BLOCK = 8192;

	private static final int BLOCKS = 100;

	/**
	 * Of the body, one at a time: far from its end, and longer than a busy machine takes.
	 */
	private static final int MOST_BYTES = 1000;

	/** For how long the connector waits for bytes. */
	private static final int TIMEOUT_MILLIS = 100;

	private static final String HEAD = "POST /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
		.formatted(BLOCK * BLOCKS);

	private WebServer server;

	@BeforeEach
	void start() {
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
		// From the first read on, each body has taken too long.
		factory.addEngineValves(new RefusedBodyValve(LIMITS, Duration.ZERO));
		factory.addConnectorCustomizers((connector) -> {
			connector.setProperty("minSpareThreads", "1");
			connector.setProperty("maxThreads", "1");
			connector.setProperty("disableUploadTimeout", "false");
			connector.setProperty("connectionUploadTimeout", Integer.toString(TIMEOUT_MILLIS));
		});
		this.server = factory.getWebServer((context) -> context.addServlet("refusal", new Refusal()).addMapping("/"));
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop();
	}

	@Test
	void bodyIsReadToItsEndWhileNobodyWaits() throws IOException {
		try (RawConnection slow = new RawConnection(this.server.getPort())) {
			for (int request = 0; request < 2; request++) {
				slow.send(HEAD);
				for (int i = 0; i < BLOCKS; i++) {
					slow.send(new byte[BLOCK]);
				}
				assertThat(slow.reply().status()).isEqualTo(422);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 6", "Transfer-Encoding: chunked" })
	void bodyMayPauseForLongerThanTheConnectorWaits(String length) throws Exception {
		boolean chunked = length.endsWith("chunked");
		try (RawConnection pausing = new RawConnection(this.server.getPort())) {
			for (int request = 0; request < 2; request++) {
				pausing.send("POST /refused HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n");
				for (int i = 0; i < 2; i++) {
					Thread.sleep(4 * TIMEOUT_MILLIS);
					pausing.send(chunked ? "3\r\nabc\r\n" : "abc");
				}
				pausing.send(chunked ? "0\r\n\r\n" : "");
				assertThat(pausing.reply().status()).isEqualTo(422);
			}
		}
	}

	@Test
	void threadIsGivenToARequestThatWaitsForIt() throws IOException {
		try (RawConnection slow = new RawConnection(this.server.getPort());
				RawConnection waiting = new RawConnection(this.server.getPort())) {
			slow.send(HEAD);
			assertThat(slow.reply().status()).isEqualTo(422);
			waiting.send("GET /served HTTP/1.1\r\nHost: localhost\r\n\r\n");
			int sent = 0;
			while (!waiting.isAnswered() && sent < MOST_BYTES) {
				sent += sendIfOpen(slow);
			}
			assertThat(waiting.reply().status()).isEqualTo(200);
		}
	}

	private static int sendIfOpen(RawConnection slow) {
		try {
			slow.send(new byte[1]);
			Thread.sleep(20);
			return 1;
		}
		catch (IOException ex) {
			// The server has closed it.
			return 0;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Refuses a body that it has not read. */
	private static final class Refusal extends HttpServlet {

		@Override
		protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
			response.setStatus(422);
			response.setContentLength(0);
			response.flushBuffer();
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) {
			response.setContentLength(0);
		}

	}

}
