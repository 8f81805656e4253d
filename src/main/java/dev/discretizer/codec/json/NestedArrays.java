package dev.discretizer.codec.json;

import java.util.Arrays;

import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.RequestLimit;
import tools.jackson.core.JsonToken;

/**
 * Reads a tensor from nested arrays, as {@code tolist()} of NumPy and torch makes them.
 *
 * <p>
 * The first array of each level fixes the length of its level, the first number or the
 * first empty array the rank; every later one must agree. As in NumPy, {@code []} is of
 * shape [0] and {@code [[],[]]} of shape [2, 0]. Serves one tensor.
 */
final class NestedArrays {

	/** A length or a rank not seen yet. */
	private static final int UNKNOWN = -1;

	private final TensorParser parser;

	private final Field field;

	private final Allowance allowance;

	private final ElementCollector elements;

	/** The length of the arrays of each level, from level 1. */
	private long[] lengths = new long[9];

	/** How many entries the open array of each level has so far, from level 1. */
	private long[] counts = new long[9];

	/** How many arrays are open. */
	private int depth;

	private int deepest;

	private int rank = UNKNOWN;

	NestedArrays(TensorParser parser, Field field, Allowance allowance) {
		this.parser = parser;
		this.field = field;
		this.allowance = allowance;
		this.elements = new ElementCollector(parser, field.name(), allowance);
	}

	/**
	 * Reads the array whose opening bracket the parser stands on, up to its closing one.
	 */
	FloatTensor read() {
		JsonToken token = JsonToken.START_ARRAY;
		while (true) {
			switch (token) {
				case START_ARRAY -> open();
				case END_ARRAY -> close();
				default -> {
					this.counts[this.depth]++;
					throw token.isNumeric() ? wrong(Cause.RAGGED_ARRAY, "a number", "an array")
							: wrong(Cause.WRONG_TYPE, Shown.token(this.parser), "a number");
				}
			}
			if (this.depth == 0) {
				return build();
			}
			token = next();
		}
	}

	/** The next token, after the numbers where there may be some. */
	private JsonToken next() {
		if (this.rank != UNKNOWN && this.rank != this.depth) {
			return this.parser.nextToken();
		}
		int before = this.elements.size();
		JsonToken token = this.elements.addAll();
		int count = this.elements.size() - before;
		if (count > 0) {
			this.rank = this.depth;
			this.counts[this.depth] += count;
		}
		return token;
	}

	private void open() {
		if (this.depth > 0) {
			this.counts[this.depth]++;
			if (this.depth == this.rank) {
				throw wrong(Cause.RAGGED_ARRAY, "an array", (this.lengths[this.depth] == 0) ? "nothing" : "a number");
			}
		}
		this.depth++;
		if (this.depth > this.deepest) {
			deepen();
		}
		this.counts[this.depth] = 0;
	}

	private void deepen() {
		this.allowance.check(RequestLimit.RANK, this.depth, Names.tensor(this.field.name()));
		this.deepest = this.depth;
		if (this.depth == this.lengths.length) {
			this.lengths = Arrays.copyOf(this.lengths, 2 * this.depth);
			this.counts = Arrays.copyOf(this.counts, 2 * this.depth);
		}
		this.lengths[this.depth] = UNKNOWN;
	}

	private void close() {
		if (this.rank == UNKNOWN) {
			this.rank = this.depth;
		}
		long length = this.counts[this.depth];
		if (this.lengths[this.depth] == UNKNOWN) {
			this.lengths[this.depth] = length;
		}
		else if (this.lengths[this.depth] != length) {
			throw new MalformedInputException(Cause.RAGGED_ARRAY, this.field.pointer(),
					"%s: array %s is of length %d, %d is expected like those before it".formatted(
							Names.tensor(this.field.name()), place(this.depth - 1), length, this.lengths[this.depth]));
		}
		this.depth--;
	}

	private FloatTensor build() {
		long[] dims = Arrays.copyOfRange(this.lengths, 1, this.rank + 1);
		return this.elements.build(DeclaredShape.of(dims, this.field.name()), DType.FLOAT32, this.field.pointer());
	}

	/** Says what was found in place of the newest entry of the open array. */
	private MalformedInputException wrong(Cause cause, String found, String expected) {
		return new MalformedInputException(cause, this.field.pointer(), "%s: %s found at %s, %s expected"
			.formatted(Names.tensor(this.field.name()), found, place(this.depth), expected));
	}

	/** The newest entry of that level, as "weight[3][1]". */
	private String place(int level) {
		StringBuilder place = new StringBuilder(this.field.name());
		for (int i = 1; i <= level; i++) {
			place.append('[').append(this.counts[i] - 1).append(']');
		}
		return place.toString();
	}

}
