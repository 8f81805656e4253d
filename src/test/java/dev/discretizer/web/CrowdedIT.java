package dev.discretizer.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Half-sent heads lose their connections early where there are many, and soon everybody
 * else is served again.
 */
class CrowdedIT {

	private static final String HALF = "POST /api/v1/scale HTTP/1.1\r\nHost: local";

	@Test
	void silentConnectionsAreClosedEarlierOnceTheyCrowd() throws IOException {
		// Longer than the test, so that only the shorter time can end them.
		try (Service service = Service.start("--server.tomcat.max-connections=40",
				"--server.tomcat.connection-timeout=120s")) {
			List<RawConnection> halves = new ArrayList<>();
			try {
				for (int i = 0; i < 40; i++) {
					halves.add(new RawConnection(service.port(), (int) TimeUnit.SECONDS.toMillis(60)).send(HALF));
				}
				assertThat(halves.getLast().isClosedOrRefused()).isTrue();
				assertThat(halves.getFirst().isAnswered()).isFalse();
				new Client(service.port()).assertServes();
			}
			finally {
				for (RawConnection half : halves) {
					half.close();
				}
			}
		}
	}

}
