package dev.discretizer.codec.recording;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.npy.NpyElement;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording: an npz file of one-dimensional arrays x, y, t and p of equal length;
 * an npy file of records with these fields, in any order and width; or an npy file of
 * counts {@code [T, C, H, W]}. See {@link EventColumns} and {@link Raster} for the ranges
 * of the numbers. Thread-safe.
 */
public final class RecordingReader {

	private static final int NPY_START = 0x93;

	private final String name;

	private final Shape input;

	private final boolean mergePolarity;

	private final Allowance allowance;

	private RecordingReader(String name, Shape input, boolean mergePolarity, Allowance allowance) {
		this.name = name;
		this.input = input;
		this.mergePolarity = mergePolarity;
		this.allowance = allowance;
	}

	/**
	 * Reads to the end of the stream.
	 * @param length exact number of bytes in the stream, or -1 if it is not known
	 * @param format or null to detect it from the first bytes
	 * @param name of the recording
	 * @param input channels, height and width of the network's input
	 * @param mergePolarity whether all events go to channel 0, which must be the only one
	 * @param allowance asked before memory is taken
	 * @throws MalformedInputException if the bytes are not of the format, or a field is
	 * missing or unknown
	 * @throws ImpossibleRecordingException if the recording does not fit the network's
	 * input
	 */
	public static Recording read(InputStream in, long length, @Nullable RecordingFormat format, String name,
			Shape input, boolean mergePolarity, Allowance allowance) throws IOException {
		String clipped = Names.clip(name);
		if (mergePolarity && input.dim(0) != 1) {
			throw new ImpossibleRecordingException(ImpossibleRecordingException.Cause.SHAPE_IMPOSSIBLE, clipped, -1,
					null,
					"recording %s: merge_polarity is given, and the network's input %s has %d channels, 1 is expected"
						.formatted(clipped, input, input.dim(0)));
		}
		try {
			return new RecordingReader(clipped, input, mergePolarity, allowance).read(in, length, format);
		}
		catch (MalformedInputException ex) {
			MalformedInputException named = new MalformedInputException(ex.cause(), ex.pointer(),
					"recording %s: %s".formatted(clipped, ex.getMessage()));
			named.initCause(ex);
			throw named;
		}
	}

	private Recording read(InputStream in, long length, @Nullable RecordingFormat format) throws IOException {
		PushbackInputStream start = new PushbackInputStream(in, 1);
		int first = start.read();
		if (first < 0) {
			throw new MalformedInputException((format != RecordingFormat.NPZ) ? Cause.TRUNCATED : Cause.MALFORMED, null,
					"empty, 0 bytes, an npz or npy file is expected");
		}
		start.unread(first);
		RecordingFormat found = (format != null) ? format : guess(start);
		return switch (found) {
			case NPZ -> npz(start, length);
			case NPY -> npy(start, length);
		};
	}

	private static RecordingFormat guess(PushbackInputStream start) throws IOException {
		int first = start.read();
		if (first == 'P') {
			start.unread(first);
			return RecordingFormat.NPZ;
		}
		if (first == NPY_START) {
			start.unread(first);
			return RecordingFormat.NPY;
		}
		throw new MalformedInputException(Cause.MALFORMED, null,
				"starts with the byte %02x, an npz (50) or npy file (93) is expected".formatted(first));
	}

	private Recording npz(InputStream in, long length) throws IOException {
		Map<String, Elements> arrays = NpzReader.read(in, length, this.allowance,
				(content, size, array) -> Elements.read(content, size, array, this.allowance));
		Map<String, WholeNumbers> fields = new LinkedHashMap<>();
		String first = null;
		int size = 0;
		for (Map.Entry<String, Elements> entry : arrays.entrySet()) {
			Shape shape = entry.getValue().header().shape();
			if (!entry.getValue().isPlain()) {
				throw Names.error(Cause.UNSUPPORTED_DTYPE, entry.getKey(),
						"an array of records found in an npz file; x, y, t and p as plain numbers are expected");
			}
			if (shape.rank() != 1 || (first != null && shape.dim(0) != size)) {
				throw shape(shape, entry.getKey() + " of shape",
						(first == null) ? "one dimension is" : "[%d] as of %s is".formatted(size, first));
			}
			first = (first == null) ? entry.getKey() : first;
			size = shape.dim(0);
			fields.put(entry.getKey(), entry.getValue().numbers());
		}
		return new EventColumns(this.name, fields, size, this.input, this.mergePolarity).read(this.allowance);
	}

	private Recording npy(InputStream in, long length) throws IOException {
		Elements elements = Elements.read(in, length, "array", this.allowance);
		if (elements.isPlain()) {
			return new Raster(this.name, elements, this.input, this.mergePolarity).read(this.allowance);
		}
		Shape shape = elements.header().shape();
		if (shape.rank() != 1) {
			throw shape(shape, "records of shape", "one dimension is");
		}
		Map<String, WholeNumbers> fields = new LinkedHashMap<>();
		NpyElement element = elements.header().element();
		for (NpyElement.Field field : element.fields()) {
			fields.put(field.name(), new WholeNumbers(elements.bytes(), element, field));
		}
		return new EventColumns(this.name, fields, shape.dim(0), this.input, this.mergePolarity).read(this.allowance);
	}

	private ImpossibleRecordingException shape(Shape shape, String found, String expected) {
		return new ImpossibleRecordingException(ImpossibleRecordingException.Cause.SHAPE_IMPOSSIBLE, this.name, -1,
				shape.toString(),
				"recording %s: %s %s found, %s expected".formatted(this.name, Names.clip(found), shape, expected));
	}

}
