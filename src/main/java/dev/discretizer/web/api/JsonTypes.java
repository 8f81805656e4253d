package dev.discretizer.web.api;

import java.util.List;
import java.util.function.Function;

import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.Term;
import dev.discretizer.tensor.DType;
import dev.discretizer.web.api.JsonType.Scalar;

/**
 * The types that several members and fields share.
 */
public final class JsonTypes {

	/** A number. */
	public static final Scalar<Object> NUMBER = Scalar.of("number");

	/** A number of binary32. */
	public static final Scalar<Object> FLOAT32 = NUMBER.format("float");

	/** A number of binary64. */
	public static final Scalar<Object> FLOAT64 = NUMBER.format("double");

	/** An integer. */
	public static final Scalar<Object> INTEGER = Scalar.of("integer");

	/** A nonnegative integer. */
	public static final Scalar<Object> COUNT = INTEGER.atLeast(0);

	/** A text. */
	public static final Scalar<Object> TEXT = Scalar.of("string");

	/** true or false. */
	public static final Scalar<Object> BOOLEAN = Scalar.of("boolean");

	/** A tensor in the form that the request chooses. */
	public static final JsonType.Tensor TENSOR = new JsonType.Tensor();

	/** A tensor of rank 0, which is a plain number in JSON. */
	public static final JsonType.TensorScalar TENSOR_SCALAR = new JsonType.TensorScalar();

	/** A scale, in binary32. */
	static final Scalar<Object> SCALE = FLOAT32.above(0);

	/** The number of bits of an integer. */
	static final Scalar<Object> BITS = INTEGER.atLeast(Precision.MIN_BITS).atMost(Precision.MAX_BITS);

	/** What fixes a layer's scale. */
	static final Scalar<Term> TERM = choice(List.of(Term.values()), Term::label);

	/** A name that a client gives a request. */
	static final Scalar<Object> REQUEST_ID = TEXT.pattern("^[A-Za-z0-9._-]{1,128}$");

	/** A SHA-256 in hex. */
	static final Scalar<Object> SHA256 = TEXT.pattern("^[0-9a-f]{64}$");

	/** Types that the elements of an answer may have. */
	public static final List<DType> ANSWER_DTYPES = List.of(DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32);

	private JsonTypes() {
	}

	/** One of several texts, each the label of a constant. */
	static <E> Scalar<E> choice(List<E> constants, Function<? super E, String> label) {
		return new Scalar<>("string", null, null, null, null, null, constants.stream().<String>map(label).toList(),
				label);
	}

}
