package dev.discretizer.web;

import java.io.IOException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A refused body whose length was not told beforehand costs no connection: a client that
 * was not told otherwise sends its next request on the same one, and would lose it.
 */
@ServiceTest
class RefusedChunkedIT {

	private final int port;

	RefusedChunkedIT(@LocalServerPort int port) {
		this.port = port;
	}

	/** Unread, and read to its end. Tomcat itself says close after a 400. */
	@ParameterizedTest
	@CsvSource({ "text/plain, 415, unsupported-media-type", "application/json, 422, empty-tensor" })
	void nextRequestOnTheConnectionIsAnswered(String contentType, int status, String code) throws IOException {
		try (RawConnection connection = new RawConnection(this.port)) {
			for (int i = 0; i < 3; i++) {
				connection.send("POST /api/v1/scale HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType
						+ "\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{\"tensor\":\r\n3\r\n[]}\r\n0\r\n\r\n");
				Reply reply = connection.reply();
				reply.problem(status, code);
				assertThat(reply.header("Connection")).isEmpty();
			}
		}
	}

}
