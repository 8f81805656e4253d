package dev.discretizer.web;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Counts every request after its answer is complete. A valve and not a filter: it sees
 * the bytes as Tomcat counts them, and what becomes of requests that reach no filter or
 * fail behind it. Inside {@link RefusedBodyValve}, whose drained bytes are not counted.
 */
final class MetricsValve extends ValveBase {

	private final RequestMeters meters;

	MetricsValve(RequestMeters meters) {
		super(true);
		this.meters = meters;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		try {
			getNext().invoke(request, response);
		}
		finally {
			this.meters.record(RequestFacts.of(request), response.getStatus(),
					request.getCoyoteRequest().getBytesRead(), response.getContentWritten());
		}
	}

}
