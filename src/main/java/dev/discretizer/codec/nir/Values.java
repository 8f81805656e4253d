package dev.discretizer.codec.nir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.ElementReader;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values in NIR's datasets: tensors, sizes and texts. A size may be a scalar or
 * an array, of any type of integer.
 */
final class Values {

	/**
	 * Maximum number of sizes in an array, which keeps a tensor from being read as sizes.
	 */
	private static final int MOST_SIZES = 256;

	private final Hdf5File file;

	private final Allowance allowance;

	Values(Hdf5File file) {
		this.file = file;
		this.allowance = file.allowance();
	}

	/**
	 * Reads a tensor, its elements as binary32.
	 * @param name the tensor's, for messages
	 */
	FloatTensor tensor(Dataset dataset, String name) throws IOException {
		DType dtype = number(dataset, "numbers");
		// Reports an overflowing size with this file's own message.
		dataset.bytes();
		Shape shape = DeclaredShape.allow(dataset.dims(), name, this.allowance);
		Raw raw = dataset.raw();
		FloatTensorBuilder builder = new FloatTensorBuilder(name, dtype, this.allowance);
		builder.exactly(shape.elements());
		new ElementReader(dtype, dataset.type().order(), shape.elements())
			.read(new ByteArrayInputStream(raw.bytes(), raw.offset(), raw.length()), shape.elements(), builder);
		return builder.build(shape);
	}

	private static DType number(Dataset dataset, String expected) {
		DType dtype = dataset.type().number();
		if (dtype == null) {
			throw wrongType(dataset, expected);
		}
		return dtype;
	}

	private static MalformedInputException wrongType(Dataset dataset, String expected) {
		return dataset.place().error(Cause.WRONG_TYPE, "%s found, %s expected".formatted(dataset.label(), expected));
	}

	/** Reads one text. */
	String text(Dataset dataset) {
		if (dataset.type().number() != null || dataset.elements() != 1) {
			throw wrongType(dataset, "one text");
		}
		return texts(dataset)[0];
	}

	/** Reads texts in C order. */
	String[] texts(Dataset dataset) {
		if (dataset.type().number() != null) {
			throw wrongType(dataset, "texts");
		}
		Raw raw = dataset.raw();
		Cursor elements = new Cursor(this.file, little(raw), "texts", raw.offset(), raw.offset() + raw.length());
		int count = raw.length() / dataset.type().size();
		this.file.take(8 * Math.min(count, Integer.MAX_VALUE / 16));
		String[] texts = new String[count];
		for (int i = 0; i < count; i++) {
			Cursor element = elements.part(dataset.type().size(), "text");
			texts[i] = switch (dataset.type().kind()) {
				case VARIABLE_TEXT -> this.file.heaps().text(element);
				case SPACED_TEXT -> element.textToSpaces("a text");
				default -> element.textToZero(false, "a text");
			};
		}
		return texts;
	}

	private static ByteBuffer little(Raw raw) {
		return ByteBuffer.wrap(raw.bytes()).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * One whole number, alone or as an array of one.
	 * @param least the smallest allowed value
	 */
	int size(Dataset dataset, int least) {
		int[] found = sizes(dataset, least);
		if (found.length != 1) {
			throw wrongType(dataset, "one integer");
		}
		return found[0];
	}

	/**
	 * Two whole numbers, one for each axis, or one for both.
	 * @param least the smallest allowed value
	 */
	Size2d pair(Dataset dataset, int least) {
		int[] found = sizes(dataset, least);
		if (found.length < 1 || found.length > 2) {
			throw wrongType(dataset, "one or two integers");
		}
		return new Size2d(found[0], found[found.length - 1]);
	}

	/** Reads a shape; null, for unknown, if the dataset is empty. */
	@Nullable Shape shape(Dataset dataset, String name) {
		if (dataset.elements() == 0) {
			return null;
		}
		this.allowance.check(RequestLimit.RANK, dataset.elements(), dataset.place().text());
		int[] found = sizes(dataset, 1);
		long[] dims = new long[found.length];
		for (int i = 0; i < dims.length; i++) {
			dims[i] = found[i];
		}
		DeclaredShape.bytes(dims, DType.BOOL, name);
		return DeclaredShape.of(dims, name);
	}

	private int[] sizes(Dataset dataset, int least) {
		DType dtype = dataset.type().number();
		if (dtype == null || !dtype.isInteger() || dataset.rank() > 1 || dataset.elements() > MOST_SIZES) {
			throw wrongType(dataset, "integers");
		}
		Raw raw = dataset.raw();
		ByteBuffer in = ByteBuffer.wrap(raw.bytes()).order(dataset.type().order());
		int[] sizes = new int[(int) dataset.elements()];
		for (int i = 0; i < sizes.length; i++) {
			long value = integer(in, raw.offset() + i * dtype.bytes(), dtype);
			if (value < least || value > Integer.MAX_VALUE) {
				throw dataset.place()
					.error(Cause.WRONG_TYPE,
							"%s found, at least %d and at most %d expected".formatted(
									(dtype == DType.UINT64) ? Long.toUnsignedString(value) : String.valueOf(value),
									least, Integer.MAX_VALUE));
			}
			sizes[i] = (int) value;
		}
		return sizes;
	}

	private static long integer(ByteBuffer in, int at, DType dtype) {
		return switch (dtype) {
			case INT8 -> in.get(at);
			case UINT8 -> in.get(at) & 0xff;
			case INT16 -> in.getShort(at);
			case UINT16 -> in.getShort(at) & 0xffff;
			case INT32 -> in.getInt(at);
			case UINT32 -> in.getInt(at) & 0xffff_ffffL;
			// A value above the range of long appears negative, and is refused as such.
			default -> in.getLong(at);
		};
	}

}
