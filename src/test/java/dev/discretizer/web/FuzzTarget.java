package dev.discretizer.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Problem;
import com.sun.management.ThreadMXBean;
import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.SimulationPermits;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.service.DiscretizationService;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import org.jspecify.annotations.Nullable;

/**
 * All that the service does with a request, without HTTP around it: negotiates, reads,
 * computes and writes the answer or the problem, and measures what that allocates.
 * Thread-safe.
 */
final class FuzzTarget {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	/**
	 * Room for all that run at once: no body of a fuzzed request is refused for others.
	 */
	private static final long ROOM = 1L << 40;

	/**
	 * How many times what it reserved a request may allocate: what it allocates in all is
	 * counted, not what it holds at once, and an array that grows is allocated anew.
	 */
	private static final int GROWN = 2;

	/** Rows of a sweep for each layer, unless asked for others. */
	private static final int ROWS_OF_A_LAYER = 12;

	/** Bytes beside that: the objects of parsers, messages, stack traces. */
	private static final long SLACK = 512 * 1024;

	/** Longer than a simulation takes: to be busy is no answer to what was sent. */
	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final RequestReader reader;

	private final DiscretizationController controller;

	private final NetworkController networks;

	private final BehaviourController behaviour;

	private final ResponseWriter writer;

	private final MemoryBudget budget = new MemoryBudget(ROOM);

	FuzzTarget(Limits limits) {
		ComputePermits permits = ComputePermits.twiceTheCores();
		this.reader = new RequestReader(limits, this.budget);
		DiscretizationService service = new DiscretizationService(permits);
		this.controller = new DiscretizationController(service);
		this.networks = new NetworkController(service);
		this.behaviour = new BehaviourController(
				new BehaviourService(new SimulationPermits(limits.simulation().atOnce(), PATIENCE)));
		this.writer = new ResponseWriter(permits, new Origins(service, "1", null));
	}

	/** How many bytes a request may allocate that has reserved so many. */
	static long mostAllocated(Endpoint endpoint, long reserved) {
		// A sweep discretizes each layer once for each row, and holds the integers of one
		// row at once.
		long passes = (endpoint == Endpoint.SWEEP) ? ROWS_OF_A_LAYER : 1;
		return passes * GROWN * reserved + SLACK;
	}

	/**
	 * What came of a request.
	 *
	 * @param code of the problem; "ok" for a result
	 * @param reserved bytes it had reserved in the end; 0 if it was refused before
	 * @param allocated bytes allocated by its thread in all, garbage included
	 */
	record Outcome(int status, String code, long reserved, long allocated) {

		/** Such as "400 truncated". */
		String name() {
			return this.status + " " + this.code;
		}

	}

	/**
	 * Sends a request through.
	 * @throws AssertionError if it ends in what no client is to blame for
	 */
	Outcome send(FuzzCase sent) {
		Request request = new Request(sent);
		Response response = new Response();
		long before = THREADS.getCurrentThreadAllocatedBytes();
		Problem problem = answer(sent, request, response);
		long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
		check(response);
		long reserved = 0;
		if (request.getAttribute(MemoryBudget.Reservation.class.getName()) instanceof MemoryBudget.Reservation held) {
			reserved = held.size();
			held.close();
		}
		return (problem == null) ? new Outcome(200, "ok", reserved, allocated)
				: new Outcome(problem.status().value(), problem.code(), reserved, allocated);
	}

	private static void check(Response response) {
		if (response.written != response.getContentLengthLong()) {
			throw new AssertionError(
					"%d bytes announced, %d written".formatted(response.getContentLengthLong(), response.written));
		}
	}

	private @Nullable Problem answer(FuzzCase sent, Request request, Response response) {
		ApiRequest read = null;
		try {
			read = this.reader.read(request, sent.endpoint());
			ApiRequestResolver.reserveReport(read, request);
			this.writer.write(read, compute(read), request, response);
			return null;
		}
		catch (Throwable failure) {
			Problem problem = Problems.of(failure, read);
			if (problem.status().value() >= HttpStatus.INTERNAL_SERVER_ERROR.value() || failure instanceof IOException
					|| response.written > 0) {
				throw new AssertionError("ends in " + problem.code(), failure);
			}
			write(problem, request, response);
			return problem;
		}
	}

	private static void write(Problem problem, Request request, Response response) {
		try {
			ProblemWriter.write(problem, request, response);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Object compute(ApiRequest request) {
		return switch (request.endpoint()) {
			case SCALE -> this.controller.scale(request);
			case SCALAR -> this.controller.scalar(request);
			case TENSOR -> this.controller.tensor(request);
			case CONV -> this.controller.conv(request);
			case SPIKE -> this.controller.spike(request);
			case CONV_SPIKE -> this.controller.convSpike(request);
			case NETWORK -> this.networks.network(request);
			case VERIFY -> this.networks.verify(request);
			case SWEEP -> this.networks.sweep(request);
			case CALIBRATE -> this.behaviour.calibrate(request);
			case SIMULATE -> this.behaviour.simulate(request);
			case DEVICES, DEVICE -> throw new IllegalArgumentException(request.endpoint() + " has no body");
		};
	}

	/** A request whose body comes as the network brings it. */
	private static final class Request extends MockHttpServletRequest {

		private final FuzzCase sent;

		Request(FuzzCase sent) {
			this.sent = sent;
			setMethod("POST");
			setRequestURI(sent.endpoint().path());
			setQueryString(sent.query());
			addHeader("Content-Type", sent.contentType());
			if (sent.accept() != null) {
				addHeader("Accept", sent.accept());
			}
		}

		@Override
		public String getContentType() {
			return this.sent.contentType();
		}

		@Override
		public long getContentLengthLong() {
			return this.sent.isChunked() ? -1 : this.sent.body().length;
		}

		@Override
		public ServletInputStream getInputStream() {
			ByteArrayInputStream in = new ByteArrayInputStream(this.sent.body());
			// Whole buffers of Tomcat, and pieces that cut elements apart.
			int most = this.sent.isChunked() ? 1021 : 8192;
			return new ServletInputStream() {
				@Override
				public int read() {
					return in.read();
				}

				@Override
				public int read(byte[] dest, int offset, int length) {
					return in.read(dest, offset, Math.min(length, most));
				}

				@Override
				public boolean isFinished() {
					return in.available() == 0;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
					throw new UnsupportedOperationException();
				}
			};
		}

	}

	/** A response that only counts what is written. */
	private static final class Response extends MockHttpServletResponse {

		private long written;

		@Override
		public ServletOutputStream getOutputStream() {
			return new ServletOutputStream() {
				@Override
				public void write(int value) {
					Response.this.written++;
				}

				@Override
				public void write(byte[] bytes, int offset, int length) {
					Response.this.written += length;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setWriteListener(WriteListener listener) {
					throw new UnsupportedOperationException();
				}
			};
		}

	}

}
