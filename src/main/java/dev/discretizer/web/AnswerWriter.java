package dev.discretizer.web;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.codec.Encoded;
import dev.discretizer.codec.json.JsonAnswer;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.codec.npy.NpyWriter;
import dev.discretizer.codec.npy.NpzWriter;
import dev.discretizer.codec.raw.RawWriter;
import dev.discretizer.codec.safetensors.SafetensorsWriter;
import dev.discretizer.discretize.Finding;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;

/**
 * Writes an {@link Answer} in the negotiated format: the headers with the exact length
 * first, then the values, rounded as they leave.
 */
final class AnswerWriter {

	private final ComputePermits permits;

	/**
	 * Makes a writer.
	 * @param permits bounds how many answers are measured at once, which rounds and
	 * formats all of an answer's elements
	 */
	AnswerWriter(ComputePermits permits) {
		this.permits = permits;
	}

	/** Where the answer's other members stand in a container. */
	private static final String METADATA = "discretizer";

	/**
	 * Writes the whole answer.
	 * @throws IOException if the client goes away
	 */
	void write(Answer answer, ApiRequest request, HttpServletResponse response) throws IOException {
		ApiRequest.AnswerStyle style = request.answer();
		Format format = style.type().format();
		Encoded encoded = this.permits.with(() -> measured(answer, style));
		response.setContentType(style.type().mediaType().toString());
		response.setContentLengthLong(encoded.length());
		response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
		if (format != Format.JSON) {
			response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
					"attachment; filename=\"discretized.%s\"".formatted(format.extension()));
			describe(answer, response);
		}
		if (format == Format.RAW) {
			describe(single(answer), response);
		}
		encoded.writeTo(response.getOutputStream());
	}

	/** An answer whose length is known, so that asking for it again costs nothing. */
	private static Encoded measured(Answer answer, ApiRequest.AnswerStyle style) {
		Encoded encoded = encode(answer, style);
		encoded.length();
		return encoded;
	}

	private static Encoded encode(Answer answer, ApiRequest.AnswerStyle style) {
		return switch (style.type().format()) {
			case JSON -> JsonAnswer.encode(answer.document(), style.tensors());
			case NPY -> NpyWriter.encode(single(answer));
			case RAW -> RawWriter.encode(single(answer));
			case NPZ -> NpzWriter.encode(answer.tensors(), summary(answer));
			case SAFETENSORS -> SafetensorsWriter.encode(answer.tensors(), Map.of(METADATA, summary(answer)));
			case HDF5 -> NirWriter.encode(Objects.requireNonNull(answer.graph()), summary(answer));
		};
	}

	private static String summary(Answer answer) {
		return JsonAnswer.text(answer.summary(), TensorStyle.NONE);
	}

	/** The one tensor of an answer that has one. */
	private static DiscreteTensor single(Answer answer) {
		return answer.tensors().values().iterator().next();
	}

	private static void describe(Answer answer, HttpServletResponse response) {
		if (answer.scale() != null) {
			response.setHeader("Discretizer-Scale", answer.scale().toString());
		}
		if (answer.limitedBy() != null) {
			response.setHeader("Discretizer-Limited-By", answer.limitedBy());
		}
		if (!answer.findings().isEmpty()) {
			response.setHeader("Discretizer-Findings",
					String.join(", ", answer.findings().stream().map(AnswerWriter::header).toList()));
		}
	}

	private static String header(Finding finding) {
		return "%s;severity=%s".formatted(finding.code().name(), finding.severity().label());
	}

	private static void describe(DiscreteTensor tensor, HttpServletResponse response) {
		response.setHeader("Discretizer-Dtype", tensor.dtype().label());
		response.setHeader("Discretizer-Shape", dims(tensor.shape()));
	}

	/** As in the query parameter shape. */
	private static String dims(Shape shape) {
		String text = shape.toString();
		return text.substring(1, text.length() - 1).replace(" ", "");
	}

}
