package dev.discretizer.tensor;

/**
 * Collects a tensor's elements slice by slice into the array that the tensor keeps, and
 * scans each slice for extremes while it is still in the cache.
 *
 * <p>
 * A decoder either appends elements one by one, or writes a slice into {@link #array()}
 * from {@link #size()} on, after {@link #room}, and then calls {@link #written}. Memory
 * is reserved before it is taken: all at once when the caller knows that the bytes exist,
 * else by doubling as they arrive, so that a client cannot make the service allocate
 * memory for bytes that it never sends.
 */
public final class FloatTensorBuilder {

	/** 16 KiB of floats: stays in the first-level cache until it is scanned. */
	private static final int SCAN = 4096;

	private static final int SMALLEST = 256;

	private final String name;

	private DType source;

	private final Allowance allowance;

	private float[] array = new float[0];

	private int size;

	private int scanned;

	private int narrowed;

	private final Extremes extremes = new Extremes();

	/**
	 * Starts a tensor.
	 * @param name the tensor's name, for messages
	 * @param source the type of the elements as sent
	 * @param allowance asked before memory is taken
	 */
	public FloatTensorBuilder(String name, DType source, Allowance allowance) {
		this.name = name;
		this.source = source;
		this.allowance = allowance;
	}

	public String name() {
		return this.name;
	}

	public DType source() {
		return this.source;
	}

	/** Sets the type of the elements as sent, for formats in which it may come last. */
	public void source(DType source) {
		this.source = source;
	}

	/** Number of elements collected so far. */
	public int size() {
		return this.size;
	}

	/** The array to write into; replaced by {@link #room}. */
	public float[] array() {
		return this.array;
	}

	/**
	 * Makes the array exactly as long as needed, for a caller that knows the number of
	 * elements and that their bytes exist.
	 * @param elements total number of elements, at least {@link #size()}
	 */
	public void exactly(int elements) {
		grow(elements);
	}

	/**
	 * Makes room for more elements after {@link #size()}.
	 */
	public void room(int more) {
		int needed = Math.addExact(this.size, more);
		if (needed > this.array.length) {
			long doubled = Math.max(SMALLEST, this.array.length * 2L);
			grow((int) Math.max(needed, Math.min(doubled, Allowance.LONGEST_ARRAY)));
		}
	}

	/**
	 * Reserves the whole new array, not only the difference: the old one stays in memory
	 * until it is copied. Its release afterwards is not tracked.
	 */
	private void grow(int length) {
		if (length > this.array.length) {
			float[] longer = this.allowance.floats(length);
			System.arraycopy(this.array, 0, longer, 0, this.size);
			this.array = longer;
		}
	}

	/** Appends one element. */
	public void append(float value) {
		if (this.size == this.array.length) {
			room(1);
		}
		this.array[this.size++] = value;
		if (this.size - this.scanned == SCAN) {
			scan();
		}
	}

	/**
	 * Adds {@code count} elements that the caller wrote into {@link #array()} from
	 * {@link #size()} on.
	 */
	public void written(int count) {
		this.size += count;
		scan();
	}

	/**
	 * Counts elements that are not exact in binary32.
	 */
	public void narrowed(int count) {
		this.narrowed += count;
	}

	private void scan() {
		this.extremes.scan(this.array, this.scanned, this.size);
		this.scanned = this.size;
	}

	/**
	 * Returns the tensor; the builder must not be used afterwards.
	 * @param shape as many elements as were collected
	 */
	public FloatTensor build(Shape shape) {
		assert shape.elements() == this.size;
		scan();
		return new FloatTensor(shape, this.source, this.array, this.extremes, this.narrowed);
	}

}
