package dev.discretizer.codec.safetensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.BodyKind;
import dev.discretizer.codec.ElementReader;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/**
 * Reads a safetensors file: <pre>
 * u64 N, little-endian | N bytes of JSON in UTF-8 | elements, without gaps or overlaps
 * </pre>
 *
 * <p>
 * Accepts the headers that the reference accepts, with JSON white space around the
 * object; {@link HeaderParser} names the differences. The elements go from the stream
 * straight into each tensor's array. Files without tensors, empty tensors and tensors of
 * rank 0 are legal. Elements may be NaN.
 *
 * @see <a href=
 * "https://github.com/safetensors/safetensors/blob/main/safetensors/src/tensor.rs">The
 * reference reader</a>
 */
public final class SafetensorsReader {

	/** Largest header of the reference, whatever the limits are here. */
	private static final long MAX_HEADER = 100_000_000;

	/**
	 * What parsing takes for each byte of the header: its text as a String and as chars
	 * (4), and the names of members, of which the shortest distinct ones take some 90
	 * bytes in a set for every 8 of the header.
	 */
	private static final int PARSING_FOOTPRINT = 15;

	private SafetensorsReader() {
	}

	/**
	 * Reads the whole stream. If its length is known, everything but the elements is
	 * checked before the first of them is read.
	 * @param in read to its end, not closed
	 * @param length bytes in the stream, -1 if unknown
	 * @return the tensors by name, in the order of their data
	 * @throws MalformedInputException if the stream is not a safetensors file
	 * @throws LimitExceededException if it is over a limit
	 */
	public static Map<String, FloatTensor> read(InputStream in, long length, Allowance allowance) throws IOException {
		byte[] start = in.readNBytes(Long.BYTES);
		long headerLength = headerLength(start, in, length, allowance);
		List<Entry> entries = entries(start, in, (int) headerLength,
				(length < 0) ? -1 : length - Long.BYTES - headerLength, allowance);
		long end = order(entries);
		if (length >= 0) {
			checkLength(length, Long.BYTES + headerLength + end);
		}
		Map<String, FloatTensor> tensors = elements(in, entries, end, length >= 0, allowance);
		if (length < 0 && in.read() >= 0) {
			throw trailing(Long.BYTES + headerLength + end, "more");
		}
		return tensors;
	}

	/**
	 * The length of the header. What the body's own length or the format rules out comes
	 * before the limit, as it is no header then.
	 * @param start the first bytes, eight if the stream has as many
	 */
	private static long headerLength(byte[] start, InputStream in, long length, Allowance allowance)
			throws IOException {
		if (start.length == 0) {
			throw truncated("the body is %s", BodyKind.SAFETENSORS.nothing());
		}
		if (start.length < Long.BYTES) {
			throw refusal(start, truncated("8 bytes of header length expected, %d found", start.length));
		}
		// The number is unsigned.
		long found = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
		if (Long.compareUnsigned(found, MAX_HEADER) > 0) {
			throw refusal(BodyKind.head(start, in), malformed("a header of %s bytes found, at most %d are legal"
				.formatted(Long.toUnsignedString(found), MAX_HEADER)));
		}
		if (length >= 0 && found > length - Long.BYTES) {
			throw refusal(BodyKind.head(start, in),
					truncated("a header of %d bytes expected, %d found", found, length - Long.BYTES));
		}
		allowance.check(RequestLimit.HEADER, found, "safetensors header");
		return found;
	}

	/**
	 * Reads the header.
	 * @param length its bytes
	 * @param data bytes that follow it, or -1 where that is unknown
	 */
	private static List<Entry> entries(byte[] start, InputStream in, int length, long data, Allowance allowance)
			throws IOException {
		allowance.reserve(length);
		byte[] bytes = in.readNBytes(length);
		try {
			if (bytes.length < length) {
				throw truncated("a header of %d bytes expected, %d found", length, bytes.length);
			}
			return HeaderParser.parse(text(bytes, allowance), data, allowance);
		}
		catch (MalformedInputException ex) {
			throw refusal(BodyKind.head(start, new ByteArrayInputStream(bytes)), ex);
		}
	}

	private static MalformedInputException refusal(byte[] head, MalformedInputException otherwise) {
		return BodyKind.refusal(BodyKind.SAFETENSORS, head, otherwise);
	}

	private static String text(byte[] header, Allowance allowance) {
		allowance.reserve(PARSING_FOOTPRINT * (long) header.length);
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
		}
		catch (CharacterCodingException ex) {
			throw malformed("the header is not valid UTF-8");
		}
	}

	/**
	 * Sorts the entries by their data, which must cover the body without gap or overlap.
	 * @return the offset of the last one's end
	 */
	private static long order(List<Entry> entries) {
		entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
		long end = 0;
		for (Entry entry : entries) {
			if (entry.begin() != end) {
				throw Names.error(Cause.MALFORMED, entry.name(),
						"data_offsets begin at %d, expected at %d, without gap or overlap".formatted(entry.begin(),
								end));
			}
			end = entry.end();
		}
		return end;
	}

	private static void checkLength(long found, long expected) {
		if (found < expected) {
			throw truncated("%d bytes expected (as the header has it), %d found", expected, found);
		}
		if (found > expected) {
			throw trailing(expected, String.valueOf(found));
		}
	}

	private static Map<String, FloatTensor> elements(InputStream in, List<Entry> entries, long end, boolean exactly,
			Allowance allowance) throws IOException {
		Map<DType, ElementReader> readers = new EnumMap<>(DType.class);
		Map<String, FloatTensor> tensors = new LinkedHashMap<>();
		for (Entry entry : entries) {
			FloatTensorBuilder builder = new FloatTensorBuilder(entry.name(), entry.dtype(), allowance);
			if (exactly) {
				builder.exactly(entry.shape().elements());
			}
			// One buffer serves all tensors of a type, and no type has more than the
			// body.
			readers
				.computeIfAbsent(entry.dtype(),
						(dtype) -> new ElementReader(dtype, ByteOrder.LITTLE_ENDIAN, end / dtype.bytes()))
				.read(in, entry.shape().elements(), builder);
			tensors.put(entry.name(), builder.build(entry.shape()));
		}
		return tensors;
	}

	private static MalformedInputException malformed(String detail) {
		return new MalformedInputException(Cause.MALFORMED, null, detail);
	}

	private static MalformedInputException truncated(String format, Object... args) {
		return new MalformedInputException(Cause.TRUNCATED, null, format.formatted(args));
	}

	private static MalformedInputException trailing(long expected, String found) {
		return new MalformedInputException(Cause.TRAILING_BYTES, null,
				"%d bytes expected (as the header has it), %s found".formatted(expected, found));
	}

}
