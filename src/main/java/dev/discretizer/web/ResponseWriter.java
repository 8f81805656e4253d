package dev.discretizer.web;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.codec.Encoded;
import dev.discretizer.codec.csv.CsvDocument;
import dev.discretizer.codec.json.JsonDocument;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.codec.npy.NpyWriter;
import dev.discretizer.codec.npy.NpzWriter;
import dev.discretizer.codec.raw.RawWriter;
import dev.discretizer.codec.safetensors.SafetensorsWriter;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.JsonObject;
import dev.discretizer.web.api.Origin;
import dev.discretizer.web.api.ResponseHeader;
import dev.discretizer.web.server.MemoryFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

/**
 * Writes a result as its {@link JsonObject} declares, in the negotiated format: first the
 * headers with the exact length, then the values, which are rounded while they are
 * written.
 */
final class ResponseWriter {

	/** Name under which a container holds the members that are not tensors. */
	private static final String METADATA = "discretizer";

	/**
	 * How many times that text is held at once, in bytes: in a buffer that doubles, as a
	 * string of characters beyond Latin-1, and in the container's own bytes.
	 */
	private static final int COPIES = 6;

	private final ComputePermits permits;

	private final Origins origins;

	/**
	 * Makes a writer.
	 * @param permits bounds how many answers are measured at once; measuring rounds and
	 * formats all elements of an answer
	 * @param origins tells where results come from
	 */
	ResponseWriter(ComputePermits permits, Origins origins) {
		this.permits = permits;
		this.origins = origins;
	}

	/**
	 * A result and its declaration.
	 */
	private record Result<R>(JsonObject<R> object, R value) {

		/**
		 * Pairs a declaration with a value.
		 * @param value the result that the object takes its values from; controllers
		 * return no other type for their endpoint, as a test asserts
		 */
		@SuppressWarnings("unchecked")
		static <R> Result<R> of(JsonObject<R> object, Object value) {
			return new Result<>(object, (R) value);
		}

		Result<R> fixed(String member, Object of) {
			return new Result<>(this.object.fixed(member, of), this.value);
		}

		Map<String, DiscreteTensor> tensors() {
			return this.object.tensors(this.value);
		}

		Encoded encode(ApiRequest.AnswerStyle style, MemoryBudget.Reservation memory) {
			return switch (style.type().format()) {
				case JSON -> json(style.tensors());
				case NPY -> NpyWriter.encode(single());
				case RAW -> RawWriter.encode(single());
				case NPZ -> NpzWriter.encode(tensors(), metadata(memory));
				case SAFETENSORS -> SafetensorsWriter.encode(tensors(), Map.of(METADATA, metadata(memory)));
				case CSV -> CsvDocument.encode(this.object.rows(this.value));
				case HDF5 -> NirWriter.encode(Objects.requireNonNull(this.object.graph(this.value)), metadata(memory));
				case MULTIPART -> throw new IllegalStateException("no answer is a form");
			};
		}

		Encoded json(TensorStyle tensors) {
			return JsonDocument.encode(this.object.document(this.value), tensors);
		}

		/** Everything but tensors, as a text that the container holds. */
		private String metadata(MemoryBudget.Reservation memory) {
			Map<String, @Nullable Object> metadata = this.object.metadata(this.value);
			memory.use(COPIES * JsonDocument.encode(metadata, TensorStyle.NONE).length());
			return JsonDocument.text(metadata, TensorStyle.NONE);
		}

		/** The tensor of an answer that has exactly one. */
		DiscreteTensor single() {
			return tensors().values().iterator().next();
		}

		/** Sets the headers that say what the format has no place for. */
		void describe(Format format, HttpServletResponse response) {
			this.object.headers(this.value, response::setHeader);
			if (format == Format.RAW) {
				DiscreteTensor tensor = single();
				response.setHeader(ResponseHeader.DTYPE.label(), ResponseHeader.DTYPE.text(tensor.dtype()));
				response.setHeader(ResponseHeader.SHAPE.label(), ResponseHeader.SHAPE.text(tensor.shape()));
			}
		}

	}

	/**
	 * Writes the whole answer; or only that it did not change, if the client has it.
	 * @param value what the endpoint's answer takes its values from
	 * @throws IOException if the client closes the connection
	 */
	void write(ApiRequest read, Object value, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		Result<?> result = Result.of(read.endpoint().answer(), value);
		response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
		Origin origin = Origins.isWanted(read) ? this.origins.of(read, value, result.tensors()) : null;
		if (origin != null) {
			String digest = origin.digests().digest();
			response.setHeader(ResponseHeader.ETAG.label(), ResponseHeader.ETAG.text(digest));
			if (Origins.isKnown(digest, request)) {
				response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
				return;
			}
			result = result.fixed(Origin.NAME, origin);
		}
		write(result, read.answer(), MemoryFilter.reservation(request), response);
	}

	private void write(Result<?> result, ApiRequest.AnswerStyle style, MemoryBudget.Reservation memory,
			HttpServletResponse response) throws IOException {
		Format format = style.type().format();
		Encoded encoded = this.permits.with(() -> measured(result, style, memory));
		response.setContentType(style.type().mediaType().toString());
		response.setContentLengthLong(encoded.length());
		if (format != Format.JSON) {
			String name = (format == Format.CSV) ? "sweep." : "discretized.";
			response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
					"attachment; filename=\"" + name + format.extension() + "\"");
			result.describe(format, response);
		}
		encoded.writeTo(response.getOutputStream());
	}

	/**
	 * Wraps an answer whose length has been computed, so that the length is not computed
	 * again.
	 */
	private static Encoded measured(Result<?> result, ApiRequest.AnswerStyle style, MemoryBudget.Reservation memory) {
		Encoded encoded = result.encode(style, memory);
		encoded.length();
		return encoded;
	}

	/**
	 * Writes a small answer that is always JSON.
	 * @param object declaration of the value
	 * @throws IOException if the client closes the connection
	 */
	static void writeJson(JsonObject<?> object, Object value, HttpServletResponse response) throws IOException {
		Encoded encoded = Result.of(object, value).json(TensorStyle.FLAT);
		response.setContentType(Format.JSON.mediaType().toString());
		response.setContentLengthLong(encoded.length());
		encoded.writeTo(response.getOutputStream());
	}

}
