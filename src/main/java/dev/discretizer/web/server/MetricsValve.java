package dev.discretizer.web.server;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import org.jspecify.annotations.Nullable;

/**
 * Counts and logs every request after its answer is complete. A valve and not a filter:
 * it sees the bytes as Tomcat counts them, and also the requests that reach no filter or
 * fail after it. Inside {@link RefusedBodyValve}, whose drained bytes are not counted.
 */
final class MetricsValve extends ValveBase {

	private final RequestMeters meters;

	private final @Nullable RequestLog log;

	/**
	 * Makes the valve.
	 * @param log writes a line for each request; null for no log
	 */
	MetricsValve(RequestMeters meters, @Nullable RequestLog log) {
		super(true);
		this.meters = meters;
		this.log = log;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		try {
			getNext().invoke(request, response);
		}
		finally {
			record(request, response.getStatus(), request.getCoyoteRequest().getBytesRead(),
					response.getContentWritten());
		}
	}

	private void record(Request request, int status, long in, long out) {
		RequestFacts facts = RequestFacts.of(request);
		facts.answered(status);
		if (this.log != null) {
			this.log.write(request, status, in, out, request.getCoyoteRequest().getStartTimeNanos());
		}
		if (WarmUp.isWarmUp(request)) {
			this.meters.prepare(facts, status);
			return;
		}
		this.meters.record(facts, RequestFacts.keyId(request), status, in, out);
	}

}
