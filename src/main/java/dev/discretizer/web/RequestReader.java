package dev.discretizer.web;

import java.io.IOException;

import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.RequestAllowance;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.web.BodyDecoder.Body;
import dev.discretizer.web.BodyDecoder.Content;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.web.server.BodyStream;
import dev.discretizer.web.server.ClientConnection;
import dev.discretizer.web.server.MemoryFilter;
import dev.discretizer.web.server.RequestFacts;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;

/**
 * Turns a servlet request into an {@link ApiRequest}: negotiates the formats, reads the
 * query, reserves memory and decodes the body. Computing begins after the whole request
 * has been read, so that malformed input is reported before impossible input.
 * Thread-safe.
 */
final class RequestReader {

	/**
	 * Bytes of a request's buffers: for reading and writing slices, for the parser and
	 * for the answer.
	 */
	private static final int BUFFERS = 256 * 1024;

	private final Limits limits;

	private final MemoryBudget memory;

	private final BodyDecoder bodies;

	RequestReader(Limits limits, MemoryBudget memory) {
		this.limits = limits;
		this.memory = memory;
		this.bodies = new BodyDecoder(limits.jsonDepth());
	}

	/**
	 * Reads a request to the end.
	 * @throws IOException if the client closes the connection
	 */
	ApiRequest read(HttpServletRequest request, Endpoint endpoint)
			throws IOException, HttpMediaTypeNotSupportedException, HttpMediaTypeNotAcceptableException {
		Format format = Negotiation.body(request, endpoint);
		RequestFacts.of(request).format(format.label());
		Negotiation.Choice answer = Negotiation.answer(request, endpoint, format);
		RequestValues values = new RequestValues();
		QueryReader query = new QueryReader(request.getQueryString());
		query.read(endpoint.parameters(format), values);
		long estimate = estimate(format, values, request.getContentLengthLong());
		ApiRequest.AnswerStyle style = new ApiRequest.AnswerStyle(answer, Fields.TENSORS.get(values, null),
				endpoint.field(Fields.REPORT.name()) != null && Fields.REPORT.get(values, null));
		query.checkAllTaken();
		Body body = admit(request, format, estimate);
		Content content = this.bodies.decode(body, endpoint, values);
		return new ApiRequest(endpoint, format, values, content, style, means(body, request));
	}

	private static BehaviourService.Means means(Body body, HttpServletRequest request) {
		ClientConnection connection = ClientConnection.of(request);
		return new BehaviourService.Means(body.allowance(), (connection != null) ? connection::isClosed : () -> false);
	}

	/**
	 * Reserves memory for a request after its body has begun to arrive.
	 * @param estimate expected memory in bytes
	 */
	private Body admit(HttpServletRequest request, Format format, long estimate) throws IOException {
		long length = request.getContentLengthLong();
		BodyStream.checkLength(length, this.limits);
		this.memory.checkPossible(estimate);
		BodyStream in = BodyStream.of(request, this.limits);
		in.awaitStart(length);
		MemoryBudget.Reservation reservation = this.memory.reserve(estimate, this.limits.queueWait());
		MemoryFilter.keep(reservation, request);
		reservation.use(BUFFERS);
		in.admitted();
		String boundary = (format == Format.MULTIPART) ? Negotiation.boundary(request) : null;
		return new Body(in, length, format, boundary, new RequestAllowance(this.limits, reservation));
	}

	/**
	 * Memory that a request will need, in bytes, estimated from its head: the body's
	 * numbers as float32, and the buffers of reading and writing. Bodies that need more,
	 * such as short decimals, reserve more while they are read.
	 */
	private static long estimate(Format format, RequestValues values, long length) {
		long known = Math.max(0, length);
		long tensors = switch (format) {
			case RAW -> rawEstimate(values, known);
			// The archive is held in addition to its content.
			case NPZ, HDF5, MULTIPART -> 2 * known;
			case JSON, NPY, SAFETENSORS, CSV -> known;
		};
		return tensors + BUFFERS;
	}

	/** Estimates a raw body, whose type and shape are known before any of it is read. */
	private static long rawEstimate(RequestValues values, long length) {
		long elements = length / Fields.DTYPE.get(values, null).bytes();
		Fields.SHAPE.get(values, null);
		return elements * Float.BYTES;
	}

}
