package dev.discretizer.codec.safetensors;

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
		long headerLength = headerLength(in, length, allowance);
		List<Entry> entries = HeaderParser.parse(header(in, (int) headerLength, allowance), allowance);
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

	private static long headerLength(InputStream in, long length, Allowance allowance) throws IOException {
		byte[] bytes = in.readNBytes(Long.BYTES);
		if (bytes.length < Long.BYTES) {
			throw truncated("8 bytes of header length expected, %d found", bytes.length);
		}
		long found = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
		// The number is unsigned.
		long headerLength = (found < 0) ? Long.MAX_VALUE : found;
		allowance.check(RequestLimit.HEADER, headerLength, "safetensors header");
		if (headerLength > MAX_HEADER) {
			throw new MalformedInputException(Cause.MALFORMED, null, "a header of %s bytes found, at most %d are legal"
				.formatted(Long.toUnsignedString(found), MAX_HEADER));
		}
		if (length >= 0 && headerLength > length - Long.BYTES) {
			throw truncated("a header of %d bytes expected, %d found", headerLength, length - Long.BYTES);
		}
		return headerLength;
	}

	private static String header(InputStream in, int length, Allowance allowance) throws IOException {
		allowance.reserve(length);
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw truncated("a header of %d bytes expected, %d found", length, bytes.length);
		}
		allowance.reserve(PARSING_FOOTPRINT * (long) length);
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new MalformedInputException(Cause.MALFORMED, null, "the header is not valid UTF-8");
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

	private static MalformedInputException truncated(String format, Object... args) {
		return new MalformedInputException(Cause.TRUNCATED, null, format.formatted(args));
	}

	private static MalformedInputException trailing(long expected, String found) {
		return new MalformedInputException(Cause.TRAILING_BYTES, null,
				"%d bytes expected (as the header has it), %s found".formatted(expected, found));
	}

}
