package dev.discretizer.web.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http11.Http11InputBuffer;
import org.springframework.http.HttpStatus;

/**
 * Refuses requests with both Transfer-Encoding and Content-Length: a proxy in front of
 * the service may use the other header and take the rest of the body for a request (RFC
 * 9112 section 6.1). Tomcat uses Transfer-Encoding, removes the length from the headers
 * and closes the connection afterwards; so this valve searches the bytes of the head.
 */
final class AmbiguousLengthValve extends ValveBase {

	private static final byte[] LENGTH = "\ncontent-length".getBytes(StandardCharsets.US_ASCII);

	AmbiguousLengthValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (request.getHeader("Transfer-Encoding") != null
				&& request.getCoyoteRequest().getInputBuffer() instanceof Http11InputBuffer buffer
				&& hasLength(buffer.getByteBuffer())) {
			request.setAttribute(RequestAttributes.REFUSAL,
					"the request has both Transfer-Encoding and Content-Length, one of them is expected");
			response.sendError(HttpStatus.BAD_REQUEST.value());
			return;
		}
		getNext().invoke(request, response);
	}

	/**
	 * Whether the bytes of the head, read from the buffer so far, contain the header's
	 * name.
	 */
	private static boolean hasLength(ByteBuffer head) {
		for (int at = 0; at + LENGTH.length <= head.position(); at++) {
			int same = 0;
			while (same < LENGTH.length && lowerCase(head.get(at + same)) == LENGTH[same]) {
				same++;
			}
			if (same == LENGTH.length) {
				return true;
			}
		}
		return false;
	}

	/** Some versions of Tomcat keep the case of header names. */
	private static int lowerCase(byte letter) {
		return (letter >= 'A' && letter <= 'Z') ? letter - 'A' + 'a' : letter;
	}

}
