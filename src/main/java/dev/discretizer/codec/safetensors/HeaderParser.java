package dev.discretizer.codec.safetensors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Parses the JSON header, token by token, into the entries of its tensors.
 *
 * <p>
 * It accepts what the reference's serde_json accepts, but for these: a name may not occur
 * twice in one object, not even in what is ignored (the reference takes the last one); an
 * entry is an object and a dtype a string (the reference also takes
 * {@code ["F32",[2],[0,8]]} and {@code {"F32":null}}); dimensions and offsets end at
 * 2^53, and those of an empty tensor must be reasonable too; a number has some 1000
 * digits at most, and the name of a tensor 255 characters. Types without a {@link DType}
 * are not supported.
 */
final class HeaderParser {

	static final String METADATA = "__metadata__";

	/** Deepest nesting the reference's JSON parser takes. */
	private static final int MAX_DEPTH = 127;

	/**
	 * Digits of the longest number, as Jackson counts them, also among what is ignored;
	 * the reference has no limit.
	 */
	private static final int MAX_NUMBER = 1000;

	/** Largest integer that every JSON parser reads alike. */
	private static final long MAX_INTEGER = 1L << 53;

	/** Names and strings are bounded by the header; its names are not worth a cache. */
	private static final JsonFactory JSON = JsonFactory.builder()
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(MAX_DEPTH)
			.maxNumberLength(MAX_NUMBER)
			.maxNameLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.build();

	private final JsonParser json;

	/** Bytes of elements that follow the header, or -1 where that is unknown. */
	private final long data;

	private final Allowance allowance;

	private HeaderParser(JsonParser json, long data, Allowance allowance) {
		this.json = json;
		this.data = data;
		this.allowance = allowance;
	}

	/**
	 * Parses a header.
	 * @param data bytes of elements that follow it, or -1 where that is unknown
	 * @return the entries in the header's order
	 */
	static List<Entry> parse(String header, long data, Allowance allowance) {
		try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), header)) {
			return parse(json, data, allowance);
		}
	}

	// Jackson's own texts speak of Java.
	private static List<Entry> parse(JsonParser json, long data, Allowance allowance) {
		try {
			return new HeaderParser(json, data, allowance).header();
		}
		catch (StreamConstraintsException ex) {
			throw malformed("the header has more than %d levels of nesting or a number of more than %d digits"
				.formatted(MAX_DEPTH, MAX_NUMBER));
		}
		catch (JacksonException ex) {
			throw malformed("the header is not valid JSON near character " + json.currentLocation().getCharOffset());
		}
	}

	private static MalformedInputException malformed(String detail) {
		return new MalformedInputException(Cause.MALFORMED, null, detail);
	}

	private List<Entry> header() {
		if (this.json.nextToken() != JsonToken.START_OBJECT) {
			throw malformed("the header must be a JSON object, found " + found());
		}
		List<Entry> entries = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (String name = member(names); name != null; name = member(names)) {
			if (name.equals(METADATA)) {
				metadata();
			}
			else {
				this.allowance.check(RequestLimit.TENSORS, entries.size() + 1L, "the header");
				Names.check(name);
				entries.add(entry(name));
			}
		}
		if (this.json.nextToken() != null) {
			throw malformed("the header must end after its JSON object, found " + found());
		}
		return entries;
	}

	/**
	 * Goes on to the value of the next member of an object.
	 * @param names those seen in the object; the member's is added
	 * @return the member's name, null at the end of the object
	 */
	private @Nullable String member(Set<String> names) {
		if (this.json.nextToken() == JsonToken.END_OBJECT) {
			return null;
		}
		String name = unicode(this.json.currentName());
		if (!names.add(name)) {
			throw new MalformedInputException(Cause.DUPLICATE_NAME, null,
					"the header has the name " + Names.clip(name) + " twice in one object, once is expected");
		}
		this.json.nextToken();
		return name;
	}

	/** Escapes may spell half of a surrogate pair, which is no character. */
	private static String unicode(String text) {
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
			throw malformed("the header has a string with an unpaired surrogate");
		}
		return text;
	}

	/** Metadata is checked and ignored; as in the reference, null is none. */
	private void metadata() {
		if (this.json.currentToken() == JsonToken.VALUE_NULL) {
			return;
		}
		expect(JsonToken.START_OBJECT, METADATA, "an object of strings");
		Set<String> names = new HashSet<>();
		for (String name = member(names); name != null; name = member(names)) {
			expect(JsonToken.VALUE_STRING, METADATA, "only strings as values");
			unicode(this.json.getString());
		}
	}

	private Entry entry(String name) {
		expect(JsonToken.START_OBJECT, name, "an object");
		DType dtype = null;
		long[] dims = null;
		long[] offsets = null;
		Set<String> members = new HashSet<>();
		for (String member = member(members); member != null; member = member(members)) {
			switch (member) {
				case "dtype" -> dtype = dtype(name);
				case "shape" -> dims = shape(name);
				case "data_offsets" -> offsets = offsets(name);
				default -> ignore();
			}
		}
		return entry(name, required(dtype, name, "dtype"), required(dims, name, "shape"),
				required(offsets, name, "data_offsets"));
	}

	private Entry entry(String name, DType dtype, long[] dims, long[] offsets) {
		long found = offsets[1] - offsets[0];
		if (found < 0) {
			throw Names.error(Cause.MALFORMED, name,
					"data_offsets %s found, the end before the beginning".formatted(Arrays.toString(offsets)));
		}
		long expected = DeclaredShape.bytes(dims, dtype, name);
		if (found != expected) {
			throw Names.error(Cause.SHAPE_MISMATCH, name,
					"%d bytes expected (shape %s of %s), %d found (data_offsets %s)".formatted(expected,
							Arrays.toString(dims), dtype.label(), found, Arrays.toString(offsets)));
		}
		Shape shape = allow(dims, name, offsets[1]);
		return new Entry(name, dtype, shape, offsets[0], offsets[1]);
	}

	/** A body that ends before a tensor does is too short, not over a limit. */
	private Shape allow(long[] dims, String name, long end) {
		try {
			return DeclaredShape.allow(dims, name, this.allowance);
		}
		catch (LimitExceededException ex) {
			if (this.data >= 0 && end > this.data) {
				throw Names.error(Cause.TRUNCATED, name,
						"its elements end at byte %d, %d bytes follow the header".formatted(end, this.data));
			}
			throw ex;
		}
	}

	private DType dtype(String tensor) {
		expect(JsonToken.VALUE_STRING, tensor, "a string as dtype");
		String name = unicode(this.json.getString());
		ElementType type = ElementType.ofName(name);
		if (type == null) {
			throw Names.error(Cause.UNSUPPORTED_DTYPE, tensor, "dtype %s found, supported are %s"
				.formatted(Names.clip(name), Arrays.toString(ElementType.values())));
		}
		return type.dtype();
	}

	private long[] shape(String tensor) {
		expect(JsonToken.START_ARRAY, tensor, "an array as shape");
		long[] dims = new long[4];
		int rank = 0;
		while (this.json.nextToken() != JsonToken.END_ARRAY) {
			this.allowance.check(RequestLimit.RANK, rank + 1L, Names.tensor(tensor));
			if (rank == dims.length) {
				dims = Arrays.copyOf(dims, 2 * rank);
			}
			dims[rank++] = integer(tensor, "shape");
		}
		return Arrays.copyOf(dims, rank);
	}

	private long[] offsets(String tensor) {
		String expected = "an array of two integers as data_offsets";
		expect(JsonToken.START_ARRAY, tensor, expected);
		long[] offsets = new long[2];
		for (int i = 0; i < 2; i++) {
			this.json.nextToken();
			offsets[i] = integer(tensor, "data_offsets");
		}
		this.json.nextToken();
		expect(JsonToken.END_ARRAY, tensor, expected);
		return offsets;
	}

	private long integer(String tensor, String member) {
		String expected = "only integers from 0 to 2^53 in " + member;
		expect(JsonToken.VALUE_NUMBER_INT, tensor, expected);
		// A minus sign is wrong before zero too. Sixteen digits hold 2^53 and fit a long.
		String text = this.json.getString();
		if (text.startsWith("-") || text.length() > 16 || this.json.getLongValue() > MAX_INTEGER) {
			throw Names.error(Cause.WRONG_TYPE, tensor, "%s expected, found %s".formatted(expected, Names.clip(text)));
		}
		return this.json.getLongValue();
	}

	/**
	 * Passes over the current value, which must be valid all the same, down to numbers
	 * that a binary64 holds.
	 */
	private void ignore() {
		switch (this.json.currentToken()) {
			case START_OBJECT -> {
				deeper();
				Set<String> names = new HashSet<>();
				while (member(names) != null) {
					ignore();
				}
			}
			case START_ARRAY -> {
				deeper();
				while (this.json.nextToken() != JsonToken.END_ARRAY) {
					ignore();
				}
			}
			case VALUE_STRING -> unicode(this.json.getString());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
				if (Double.isInfinite(this.json.getDoubleValue())) {
					throw malformed("the header has a number out of range: " + Names.clip(this.json.getString()));
				}
			}
			default -> {
				// true, false and null
			}
		}
	}

	private void deeper() {
		this.allowance.check(RequestLimit.JSON_DEPTH, this.json.streamReadContext().getNestingDepth(), "the header");
	}

	private void expect(JsonToken expected, String tensor, String text) {
		if (this.json.currentToken() != expected) {
			throw Names.error(Cause.WRONG_TYPE, tensor, "%s expected, found %s".formatted(text, found()));
		}
	}

	/** The current token as messages give it. */
	private String found() {
		JsonToken token = this.json.currentToken();
		return (token == null) ? "nothing" : Names.clip(this.json.getString());
	}

	private static <T> T required(@Nullable T value, String tensor, String member) {
		if (value == null) {
			throw Names.error(Cause.MISSING_MEMBER, tensor,
					"%s is missing, dtype, shape and data_offsets are expected".formatted(member));
		}
		return value;
	}

}
