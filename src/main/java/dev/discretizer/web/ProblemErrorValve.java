package dev.discretizer.web;

import java.io.IOException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Answers requests that never reach a servlet, such as a bad request line, an oversized
 * header or a path that Tomcat refuses. Public because Tomcat creates it by class name.
 */
public class ProblemErrorValve extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.getStatus() < HttpStatus.BAD_REQUEST.value() || response.getContentWritten() > 0
				|| !response.setErrorReported()) {
			return;
		}
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		try {
			ProblemWriter.write(Problems.ofStatus((status != null) ? status : HttpStatus.BAD_REQUEST), request,
					response);
		}
		catch (IOException ex) {
			// The client has closed the connection: the answer has no reader.
			this.container.getLogger().debug("a problem could not be written", ex);
		}
	}

}
