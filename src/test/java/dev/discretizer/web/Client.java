package dev.discretizer.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Speaks HTTP to the service as its users do.
 */
public final class Client {

	static final String JSON = "application/json";

	static final String NPY = "application/x-npy";

	static final String NPZ = "application/x-npz";

	static final String SAFETENSORS = "application/vnd.safetensors";

	public static final String RAW = "application/octet-stream";

	static final String PROBLEM = "application/problem+json";

	private static final HttpClient HTTP = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private final String base;

	public Client(int port) {
		this.base = "http://127.0.0.1:" + port;
	}

	/** A request to a path below the API, such as "/scale". */
	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + "/api/v1" + path)).timeout(Duration.ofSeconds(60));
	}

	/** A request to any path. */
	public HttpRequest.Builder at(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + path)).timeout(Duration.ofSeconds(60));
	}

	Reply post(String path, String contentType, byte[] body) {
		return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
	}

	Reply post(String path, String contentType, String accept, byte[] body) {
		return send(request(path).header("Content-Type", contentType)
			.header("Accept", accept)
			.POST(BodyPublishers.ofByteArray(body)));
	}

	Reply json(String path, String body) {
		return post(path, JSON, body.getBytes(StandardCharsets.UTF_8));
	}

	/** A body whose length is not told beforehand. */
	static BodyPublisher chunked(byte[] body) {
		return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
	}

	Reply send(FuzzCase sent) {
		String query = (sent.query() == null) ? "" : "?" + sent.query();
		HttpRequest.Builder request = at(sent.endpoint().path() + query).header("Content-Type", sent.contentType())
			.POST(sent.isChunked() ? chunked(sent.body()) : BodyPublishers.ofByteArray(sent.body()));
		if (sent.accept() != null) {
			request.header("Accept", sent.accept());
		}
		return send(request);
	}

	public Reply send(HttpRequest.Builder request) {
		try {
			HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
			return new Reply(response.statusCode(), response.headers().map(), response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Checks that the service does what it is there for. */
	public void assertServes() {
		Reply reply = json("/discretize/tensor", "{\"tensor\":[1.0,-0.5]}").ok();
		assertThat(reply.json().get("tensor", "data")).hasToString(Json.parse("[127,-64]").toString());
	}

}
