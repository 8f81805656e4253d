package dev.discretizer.web.server;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The line as text: whatever a request says, it is one line of known members.
 */
@ExtendWith(OutputCaptureExtension.class)
class RequestLogTests {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String MEMBER = "[a-z_]+=[A-Za-z0-9._:-]{1,128}";

	private static final EndpointPaths PATHS = new EndpointPaths(Map.of("/api/v1/scale", "scale"));

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/scale");

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\r\nfake=1", "a fake=1", "a\u0085b", "a\u2028b", "\u001b[31m", "\u0000",
			"${jndi:ldap://x}", "%n%msg", "{}", "\"" })
	void noValueBreaksTheLine(String value, CapturedOutput output) {
		this.request.setMethod(value);
		this.request.setRequestURI("/" + value);
		this.request.setQueryString(value);
		this.request.setContentType(value);
		for (String header : new String[] { "X-Request-Id", "traceparent", "User-Agent", "X-API-Key" }) {
			this.request.addHeader(header, value);
		}
		assertThat(line(output)).matches(MEMBER + "( " + MEMBER + ")+")
			.doesNotContain("fake")
			.contains(" key_id=none client=127.0.0.1 method=other endpoint=other format=none ");
	}

	@ParameterizedTest
	@CsvSource({ "192.0.2.7,192.0.2.7", "2001:db8::7,2001:db8::7", "unknown,none", "a b=c,none", "'',none" })
	void clientIsAnAddressOrNone(String sent, String expected, CapturedOutput output) {
		this.request.setRemoteAddr(sent);
		assertThat(line(output)).contains(" client=" + expected + " ");
	}

	@Test
	void refusalNamesTheEndpointAskedFor(CapturedOutput output) {
		assertThat(line(output)).contains(" endpoint=scale ");
	}

	@Test
	void requestIdIsThatOfTheAnswer(CapturedOutput output) {
		String id = RequestId.of(this.request);
		assertThat(line(output)).contains("request_id=" + id + " ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00-" + TRACE + "-00f067aa0ba902b7-01", "00-" + TRACE + "-00f067aa0ba902b7-00",
			"cc-" + TRACE + "-00f067aa0ba902b7-01-what-the-future-brings" })
	void traceIsTheClients(String traceparent, CapturedOutput output) {
		this.request.addHeader("traceparent", traceparent);
		assertThat(line(output)).contains("trace_id=" + TRACE);
	}

	/** W3C Trace Context section 3.2.2. */
	@ParameterizedTest
	@ValueSource(strings = { "", "00", "ff-" + TRACE + "-00f067aa0ba902b7-01",
			"00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-" + TRACE + "-0000000000000000-01",
			"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "00-" + TRACE + "-00f067aa0ba902b7",
			"00-" + TRACE + "x-00f067aa0ba902b7-01" })
	void traceThatIsNoneIsLeftOut(String traceparent, CapturedOutput output) {
		this.request.addHeader("traceparent", traceparent);
		assertThat(line(output)).doesNotContain("trace_id");
	}

	@ParameterizedTest
	@CsvSource({ "/livez, 200, 0", "/readyz, 200, 0", "/readyz, 503, 1", "/livez/x, 200, 1" })
	void soundProbesAreLeftOut(String path, int status, int lines, CapturedOutput output) {
		this.request.setRequestURI(path);
		new RequestLog(RequestLog.Form.TEXT, PATHS).write(this.request, status, 0, 0, System.nanoTime());
		assertThat(output.getAll().lines().filter((line) -> line.contains("request_id="))).hasSize(lines);
	}

	private String line(CapturedOutput output) {
		new RequestLog(RequestLog.Form.TEXT, PATHS).write(this.request, 200, 1, 2, System.nanoTime());
		List<String> lines = output.getAll().lines().filter((line) -> line.contains("request_id=")).toList();
		assertThat(lines).hasSize(1);
		return lines.getFirst().replaceFirst(".*(?=request_id=)", "");
	}

}
