package dev.discretizer.web;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every problem, whoever wrote it.
 */
final class ProblemChecks {

	/** What would tell of the inside. */
	private static final List<String> INSIDE = List.of("Exception", "dev.discretizer", "tools.jackson", "org.apache",
			"springframework", "java.", "jakarta", "\tat ");

	private ProblemChecks() {
	}

	/** Checks an answer that is to be a problem of that status and code. */
	static Json check(String contentType, String requestId, byte[] body, int status, String code) {
		assertThat(contentType).isEqualTo(Client.PROBLEM);
		Json problem = Json.parse(body);
		assertThat(problem.members().keySet()).containsSubsequence("type", "title", "status", "detail", "instance",
				"code", "request_id");
		assertThat(problem.get("code").text()).as(problem.toString()).isEqualTo(code);
		assertThat(problem.get("type").text()).isEqualTo("urn:discretizer:problem:" + code);
		assertThat(problem.get("status").integer()).isEqualTo(status);
		assertThat(problem.get("title").text()).isNotBlank();
		assertThat(problem.get("detail").text()).isNotBlank();
		assertThat(problem.get("instance").text()).startsWith("/");
		assertThat(problem.get("request_id").text()).isEqualTo(requestId).matches("[A-Za-z0-9._-]{1,128}");
		assertThat(problem.get("title").text() + " " + problem.get("detail").text()).doesNotContain(INSIDE);
		return problem;
	}

	/** The pointer of the one member at fault; empty text where there is none. */
	static String pointer(Json problem) {
		if (!problem.has("errors")) {
			return "none";
		}
		assertThat(problem.get("errors").elements()).hasSize(1);
		Json error = problem.get("errors").elements().getFirst();
		assertThat(error.get("detail").text()).isNotBlank();
		return error.get("pointer").text();
	}

}
