package dev.discretizer.tensor;

/**
 * An immutable tensor of binary32 elements in C order, with facts collected while it was
 * read: its extremes, whether all elements are finite, and how many are not exact in
 * binary32.
 *
 * <p>
 * The array is shared, not copied, and may be longer than the tensor: elements are
 * {@code array()[0 .. shape().elements() - 1]}, and must not be written to.
 */
public final class FloatTensor {

	private final Shape shape;

	private final DType source;

	private final float[] array;

	private final float min;

	private final float max;

	private final int narrowed;

	private final int nonFinite;

	private final int firstNonFinite;

	FloatTensor(Shape shape, DType source, float[] array, Extremes extremes, int narrowed) {
		assert array.length >= shape.elements();
		this.shape = shape;
		this.source = source;
		this.array = array;
		this.min = extremes.min();
		this.max = extremes.max();
		this.narrowed = narrowed;
		// The extremes are finite exactly when all elements are: Math.min and Math.max
		// propagate NaN.
		int first = -1;
		int count = 0;
		if (shape.elements() > 0 && !(Float.isFinite(this.min) && Float.isFinite(this.max))) {
			for (int i = 0; i < shape.elements(); i++) {
				if (!Float.isFinite(array[i])) {
					first = (count == 0) ? i : first;
					count++;
				}
			}
		}
		this.nonFinite = count;
		this.firstNonFinite = first;
	}

	private FloatTensor(Shape shape, FloatTensor other) {
		this.shape = shape;
		this.source = other.source;
		this.array = other.array;
		this.min = other.min;
		this.max = other.max;
		this.narrowed = other.narrowed;
		this.nonFinite = other.nonFinite;
		this.firstNonFinite = other.firstNonFinite;
	}

	/** A tensor of rank 0. */
	public static FloatTensor scalar(float value) {
		return of(Shape.SCALAR, value);
	}

	/**
	 * A float32 tensor over the given array.
	 * @param values shared, not copied; at least as many as the shape has elements
	 */
	public static FloatTensor of(Shape shape, float... values) {
		return of(shape, DType.FLOAT32, values);
	}

	/**
	 * A tensor over the given array.
	 * @param source the type of the values before their conversion to binary32
	 * @param values shared, not copied; at least as many as the shape has elements
	 */
	public static FloatTensor of(Shape shape, DType source, float... values) {
		Extremes extremes = new Extremes();
		extremes.scan(values, 0, shape.elements());
		return new FloatTensor(shape, source, values, extremes, 0);
	}

	/**
	 * The same elements in C order under another shape.
	 * @param shape has as many elements
	 * @return shares the array
	 */
	public FloatTensor reshaped(Shape shape) {
		if (shape.elements() != elements()) {
			throw new IllegalArgumentException(
					"shape %s has %d elements, %d are expected".formatted(shape, shape.elements(), elements()));
		}
		return new FloatTensor(shape, this);
	}

	public Shape shape() {
		return this.shape;
	}

	public int elements() {
		return this.shape.elements();
	}

	/** The type of the elements before their conversion to binary32. */
	public DType source() {
		return this.source;
	}

	/** The elements, shared; the array may be longer than the tensor. */
	public float[] array() {
		return this.array;
	}

	/**
	 * The smallest element; positive infinity for an empty tensor, NaN if there is a NaN.
	 */
	public float min() {
		return this.min;
	}

	/**
	 * The largest element; negative infinity for an empty tensor, NaN if there is a NaN.
	 */
	public float max() {
		return this.max;
	}

	/** Number of elements that are not exact in binary32. */
	public int narrowed() {
		return this.narrowed;
	}

	/** How many elements are NaN or infinite. */
	public int nonFinite() {
		return this.nonFinite;
	}

	/** Index in C order of the first NaN or infinite element, -1 if there is none. */
	public int firstNonFinite() {
		return this.firstNonFinite;
	}

}
