package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A request that must be refused, and how.
 */
final class BadInput {

	private final String name;

	private String method = "POST";

	private String target = "";

	private final List<String> headers = new ArrayList<>();

	private byte[] body = new byte[0];

	private int status;

	private String code = "";

	private String pointer = "none";

	private String[] words = {};

	private BadInput(String name) {
		this.name = name;
	}

	/** Starts one; the name says what is bad. */
	static BadInput bad(String name) {
		return new BadInput(name);
	}

	/** Of a line of bad-input.jsonl. */
	static BadInput of(Json line) {
		BadInput bad = bad(line.get("name").text()).json(line.get("path").text(), line.get("body").text())
			.gives((int) line.get("status").integer(), line.get("code").text(),
					line.get("detail").elements().stream().map(Json::text).toArray(String[]::new));
		return line.has("pointer") ? bad.at(line.get("pointer").text()) : bad;
	}

	/** The body is JSON. */
	BadInput json(String path, String text) {
		return post(path, Client.JSON, text.getBytes(StandardCharsets.UTF_8));
	}

	BadInput post(String path, String contentType, byte[] bytes) {
		return send("POST", "/api/v1" + path, bytes).header("Content-Type: " + contentType);
	}

	BadInput send(String verb, String anyTarget, byte[] bytes) {
		this.method = verb;
		this.target = anyTarget;
		this.body = bytes;
		return this;
	}

	BadInput header(String line) {
		this.headers.add(line);
		return this;
	}

	/** What the answer must be, and what its detail must say. */
	BadInput gives(int expectedStatus, String expectedCode, String... expectedWords) {
		this.status = expectedStatus;
		this.code = expectedCode;
		this.words = expectedWords;
		return this;
	}

	/** Where the answer must point; without this, nowhere. */
	BadInput at(String expectedPointer) {
		this.pointer = expectedPointer;
		return this;
	}

	/** Sends it, and checks the answer. */
	Reply check(int port) throws IOException {
		try (RawConnection connection = new RawConnection(port)) {
			Reply reply = connection.request(this.method, this.target, this.headers, this.body).reply();
			Json problem = reply.problem(this.status, this.code);
			assertThat(problem.get("detail").text()).contains(this.words);
			assertThat(ProblemChecks.pointer(problem)).as(problem.toString()).isEqualTo(this.pointer);
			assertThat(problem.get("instance").text()).isEqualTo(this.target.replaceFirst("\\?.*", ""));
			return reply;
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
