package dev.discretizer.codec.json;

import java.math.BigInteger;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import tools.jackson.core.JsonToken;

/**
 * Collects the numbers of one tensor, together with what is needed to check them against
 * an integer type: the type may come after the elements.
 *
 * <p>
 * Numbers gather in a block of fixed size, which is counted against the limit before it
 * goes into the tensor's array. So the limit is checked exactly, but seldom.
 *
 * <p>
 * An integer that binary32 cannot hold counts as narrowed, whatever type is named: it
 * says exactly which number is meant. A number with a fraction or an exponent never
 * counts, even if float64 is named: a decimal has no type, few are exact in any, and it
 * is rounded to binary32 once. Not thread-safe.
 */
final class ElementCollector {

	/** Elements asked for at once; 4 KiB. */
	private static final int BLOCK = 1024;

	private final TensorParser parser;

	private final FloatTensorBuilder builder;

	private final Allowance allowance;

	private final float[] block = new float[BLOCK];

	private int filled;

	/** Index of the first number with a fraction or an exponent, -1 for none. */
	private int firstFraction = -1;

	private int inexact;

	private long least = Long.MAX_VALUE;

	private int leastIndex = -1;

	private long most = Long.MIN_VALUE;

	private int mostIndex = -1;

	/** Integers that are not sure to fit in a long, rare enough to be objects. */
	private BigInteger leastBig = BigInteger.ZERO;

	private int leastBigIndex = -1;

	private BigInteger mostBig = BigInteger.ZERO;

	private int mostBigIndex = -1;

	ElementCollector(TensorParser parser, String name, Allowance allowance) {
		this.parser = parser;
		this.allowance = allowance;
		this.builder = new FloatTensorBuilder(name, DType.FLOAT32, allowance);
	}

	/** How many numbers were added. */
	int size() {
		return this.builder.size() + this.filled;
	}

	/** Adds the number the parser stands on. */
	void add() {
		if (this.parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
			addFraction(this.parser.toFloat());
		}
		else if (this.parser.getStringLength() > Decimals.DIGITS) {
			addBig(new BigInteger(this.parser.getString()));
		}
		else {
			addInteger(this.parser.getLongValue(), this.parser.isNegative());
		}
	}

	/**
	 * Adds the numbers that follow in the array, whose opening bracket or last number the
	 * parser stands on.
	 * @return the token after them, on which the parser then stands
	 */
	JsonToken addAll() {
		while (true) {
			this.parser.numbers(this);
			JsonToken token = this.parser.nextToken();
			if (!token.isNumeric()) {
				return token;
			}
			add();
		}
	}

	/** Adds the number that was scanned. */
	void add(NumberScanner number) {
		if (number.isFraction()) {
			addFraction(number.toFloat());
		}
		else {
			addInteger(number.toLong(), number.isNegative());
		}
	}

	private void addFraction(float value) {
		if (this.firstFraction < 0) {
			this.firstFraction = size();
		}
		add(value);
	}

	private void addInteger(long value, boolean negative) {
		if (value < this.least) {
			this.least = value;
			this.leastIndex = size();
		}
		if (value > this.most) {
			this.most = value;
			this.mostIndex = size();
		}
		float nearest = (float) value;
		this.inexact += ((long) nearest == value) ? 0 : 1;
		add((value == 0 && negative) ? -0f : nearest);
	}

	private void addBig(BigInteger value) {
		if (this.leastBigIndex < 0 || value.compareTo(this.leastBig) < 0) {
			this.leastBig = value;
			this.leastBigIndex = size();
		}
		if (this.mostBigIndex < 0 || value.compareTo(this.mostBig) > 0) {
			this.mostBig = value;
			this.mostBigIndex = size();
		}
		this.inexact += (value.bitLength() - value.getLowestSetBit() > Float.PRECISION) ? 1 : 0;
		add(Decimals.toFloat(this.parser));
	}

	private void add(float value) {
		this.block[this.filled++] = value;
		if (this.filled == BLOCK) {
			flush();
		}
	}

	private void flush() {
		ask(this.allowance, this.builder, this.filled);
		this.builder.room(this.filled);
		System.arraycopy(this.block, 0, this.builder.array(), this.builder.size(), this.filled);
		this.builder.written(this.filled);
		this.filled = 0;
	}

	/** Counts elements that are about to be added to a tensor. */
	static void ask(Allowance allowance, FloatTensorBuilder builder, int count) {
		String what = Names.tensor(builder.name());
		allowance.elements(count, what);
		if (count > Allowance.LONGEST_ARRAY - builder.size()) {
			throw new LimitExceededException(RequestLimit.ELEMENTS, Allowance.LONGEST_ARRAY,
					builder.size() + (long) count, what);
		}
	}

	/**
	 * The tensor.
	 * @param shape of {@link #size()} elements
	 * @param dtype what the numbers are said to be
	 * @param pointer JSON pointer of the array, for the message
	 * @throws MalformedInputException if the type is an integer one and there is a number
	 * that is not of it
	 */
	FloatTensor build(Shape shape, DType dtype, String pointer) {
		flush();
		if (dtype.isInteger()) {
			checkIntegers(dtype, pointer);
		}
		this.builder.narrowed(this.inexact);
		this.builder.source(dtype);
		return this.builder.build(shape);
	}

	private void checkIntegers(DType dtype, String pointer) {
		if (this.firstFraction >= 0) {
			throw wrong(dtype, pointer, this.firstFraction, "the fraction " + this.builder.array()[this.firstFraction]);
		}
		if (this.leastIndex >= 0) {
			check(dtype, pointer, this.leastIndex, BigInteger.valueOf(this.least));
			check(dtype, pointer, this.mostIndex, BigInteger.valueOf(this.most));
		}
		if (this.leastBigIndex >= 0) {
			check(dtype, pointer, this.leastBigIndex, this.leastBig);
			check(dtype, pointer, this.mostBigIndex, this.mostBig);
		}
	}

	private void check(DType dtype, String pointer, int index, BigInteger value) {
		if (value.compareTo(smallest(dtype)) < 0 || value.compareTo(largest(dtype)) > 0) {
			throw wrong(dtype, pointer, index, Names.clip(value.toString()));
		}
	}

	private MalformedInputException wrong(DType dtype, String pointer, int index, String found) {
		return new MalformedInputException(Cause.WRONG_TYPE, pointer,
				"%s: %s found at index %d, an integer from %s to %s expected (%s)".formatted(
						Names.tensor(this.builder.name()), found, index, smallest(dtype), largest(dtype),
						dtype.label()));
	}

	private static boolean isSigned(DType dtype) {
		return switch (dtype) {
			case INT8, INT16, INT32, INT64 -> true;
			default -> false;
		};
	}

	private static BigInteger smallest(DType dtype) {
		return isSigned(dtype) ? BigInteger.ONE.shiftLeft(8 * dtype.bytes() - 1).negate() : BigInteger.ZERO;
	}

	private static BigInteger largest(DType dtype) {
		int bits = (dtype == DType.BOOL) ? 1 : isSigned(dtype) ? 8 * dtype.bytes() - 1 : 8 * dtype.bytes();
		return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
	}

}
