package dev.discretizer.web.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A value that requests may carry, declared once: its place, type, range, default and
 * description. The readers of bodies and queries, the controllers and the document use
 * this declaration; {@link Fields} lists all of them. Immutable: an endpoint that needs
 * another default or description declares a changed copy.
 *
 * @param <T> the value as controllers receive it
 */
public final class RequestField<T> implements Field {

	/** The part of a request that may hold a field. */
	public enum Place {

		/** Only the body. */
		BODY,
		/** Only the query. */
		QUERY,
		/** The body or the query, but not both. */
		EITHER

	}

	/**
	 * A member of JSON bodies that holds fields.
	 *
	 * @param words its description
	 */
	public record Group(String name, String words) {
	}

	/**
	 * The description of a missing field in messages, and the cause of an unknown choice.
	 */
	private record Expected(String words, Cause unknown) {
	}

	/** The parts of a declaration that a copy may change. */
	private record Declared<T>(@Nullable Group group, Place place, boolean required, @Nullable T fallback,
			@Nullable Object shown, String words, List<Format> formats) {
	}

	private final String name;

	private final Kind kind;

	private final JsonType<? super T> type;

	/** Converts the value that was read; null if it is none of the choices. */
	private final Function<Object, @Nullable T> parse;

	private final Expected expected;

	private final Declared<T> declared;

	private RequestField(String name, Kind kind, JsonType<? super T> type, Function<Object, @Nullable T> parse,
			Expected expected, Declared<T> declared) {
		this.name = name;
		this.kind = kind;
		this.type = type;
		this.parse = parse;
		this.expected = expected;
		this.declared = declared;
	}

	private static <T> RequestField<T> of(String name, Kind kind, JsonType<? super T> type, Place place,
			Function<Object, @Nullable T> parse) {
		return new RequestField<>(name, kind, type, parse, new Expected("it", Cause.WRONG_TYPE),
				new Declared<>(null, place, false, null, null, "", List.of()));
	}

	/** A tensor in the body. */
	static RequestField<FloatTensor> tensor(String name) {
		return of(name, Kind.TENSOR, JsonTypes.FLOAT32, Place.BODY, FloatTensor.class::cast);
	}

	/** A number of binary32. */
	static RequestField<Float> float32(String name) {
		return of(name, Kind.FLOAT32, JsonTypes.FLOAT32, Place.EITHER, Float.class::cast);
	}

	/** A number of binary32 that stands for a tensor of one element. */
	static RequestField<FloatTensor> element(String name) {
		return of(name, Kind.FLOAT32, JsonTypes.FLOAT32, Place.EITHER, (value) -> FloatTensor.scalar((Float) value));
	}

	/** A number of binary64. */
	static RequestField<Double> float64(String name) {
		return of(name, Kind.FLOAT64, JsonTypes.FLOAT64, Place.EITHER, Double.class::cast);
	}

	/** An integer in a range; the arithmetic refuses integers outside of it. */
	static RequestField<Long> integer(String name, long least, long most) {
		return of(name, Kind.INTEGER, JsonTypes.INTEGER.atLeast(least).atMost(most), Place.EITHER, Long.class::cast);
	}

	/** true or false. */
	static RequestField<Boolean> bool(String name) {
		return of(name, Kind.BOOLEAN, JsonTypes.BOOLEAN, Place.EITHER, Boolean.class::cast);
	}

	/** A text to be parsed, such as a list. */
	static <T> RequestField<T> text(String name, Function<String, T> parse) {
		return of(name, Kind.TEXT, JsonTypes.TEXT, Place.EITHER, (text) -> parse.apply((String) text));
	}

	/** One of several constants, each written as its label. */
	static <T> RequestField<T> choice(String name, List<T> constants, Function<? super T, String> label) {
		Map<String, T> byLabel = constants.stream().collect(Collectors.toMap(label, Function.identity()));
		return of(name, Kind.TEXT, JsonTypes.choice(constants, label), Place.EITHER, byLabel::get);
	}

	/**
	 * Numbers by name: query parameters that begin with a prefix and a dot, such as
	 * {@code min_v_mem.3=-1}.
	 * @param name the name of all these parameters in the document
	 * @param each the declaration of one of them, whose name is the prefix
	 */
	static <T> RequestField<Map<String, T>> family(String name, RequestField<T> each) {
		RequestField<Map<String, T>> family = of(name, each.kind, new JsonType.MapOf<>(each.name, each.type),
				Place.QUERY, (numbers) -> parsed((Map<?, ?>) numbers, each));
		return family.orElse(Map.of());
	}

	private static <T> Map<String, T> parsed(Map<?, ?> numbers, RequestField<T> each) {
		Map<String, T> parsed = new LinkedHashMap<>();
		numbers.forEach((name, number) -> parsed.put((String) name, Objects.requireNonNull(each.parse.apply(number))));
		return parsed;
	}

	private RequestField<T> with(Declared<T> other) {
		return new RequestField<>(this.name, this.kind, this.type, this.parse, this.expected, other);
	}

	private RequestField<T> with(JsonType<? super T> other) {
		return new RequestField<>(this.name, this.kind, other, this.parse, this.expected, this.declared);
	}

	/** A copy that is held by a member of JSON bodies. */
	RequestField<T> in(Group group) {
		Declared<T> d = this.declared;
		return with(new Declared<>(group, d.place, d.required, d.fallback, d.shown, d.words, d.formats));
	}

	RequestField<T> at(Place place) {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, place, d.required, d.fallback, d.shown, d.words, d.formats));
	}

	/** A copy that every request must carry. */
	RequestField<T> required() {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, d.place, true, d.fallback, d.shown, d.words, d.formats));
	}

	/** A copy with a description, which states unit and range. */
	RequestField<T> words(String words) {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, d.place, d.required, d.fallback, d.shown, words, d.formats));
	}

	/** A copy that is allowed only together with bodies of these formats. */
	RequestField<T> onlyWith(Format... formats) {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, d.place, d.required, d.fallback, d.shown, d.words, List.of(formats)));
	}

	/** A copy with a default. */
	RequestField<T> byDefault(T value) {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, d.place, d.required, value, this.type.toJson(value), d.words, d.formats));
	}

	/** A copy with a default that the document does not mention. */
	RequestField<T> orElse(T value) {
		Declared<T> d = this.declared;
		return with(new Declared<>(d.group, d.place, d.required, value, null, d.words, d.formats));
	}

	/** A copy for numbers above zero; the arithmetic refuses others. */
	RequestField<T> aboveZero() {
		return (this.type instanceof JsonType.Scalar<? super T> scalar) ? with(scalar.above(0)) : this;
	}

	/**
	 * A copy with other words in messages.
	 * @param words what is expected if the field is missing
	 * @param unknown the cause of a value that is none of its choices
	 */
	RequestField<T> expecting(String words, Cause unknown) {
		return new RequestField<>(this.name, this.kind, this.type, this.parse, new Expected(words, unknown),
				this.declared);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String path() {
		return (this.declared.group != null) ? this.declared.group.name + "/" + this.name : this.name;
	}

	@Override
	public Kind kind() {
		return this.kind;
	}

	/** The member of JSON bodies that holds it, or null for the body itself. */
	public @Nullable Group group() {
		return this.declared.group;
	}

	/** Its type in the query, and in JSON bodies unless it is a tensor. */
	public JsonType<? super T> type() {
		return this.type;
	}

	/** The part of a request that may hold it. */
	public Place place() {
		return this.declared.place;
	}

	/** Whether every request must carry it. */
	public boolean isRequired() {
		return this.declared.required;
	}

	/** Whether it is allowed together with a body of a given format. */
	public boolean isFor(Format format) {
		return this.declared.formats.isEmpty() || this.declared.formats.contains(format);
	}

	/** Whether it describes raw bytes. */
	public boolean isOfRaw() {
		return this.declared.formats.equals(List.of(Format.RAW));
	}

	/** Its description, with unit and range. */
	public String words() {
		return this.declared.words;
	}

	/** The default as JSON; null if the description states it. */
	public @Nullable Object shownDefault() {
		return this.declared.shown;
	}

	/** The default, or null for none. */
	public @Nullable T fallback() {
		return this.declared.fallback;
	}

	/**
	 * The value, or the default.
	 * @param pointer its place in the body, or null
	 * @throws MalformedInputException if there is neither, or if the value is none of the
	 * choices
	 */
	public T get(RequestValues values, @Nullable String pointer) {
		T found = find(values, pointer);
		if (found != null) {
			return found;
		}
		if (this.declared.fallback != null) {
			return this.declared.fallback;
		}
		throw new MalformedInputException(Cause.MISSING_MEMBER, pointer,
				(place() == Place.QUERY) ? "%s is missing, %s is expected".formatted(subject(), this.expected.words)
						: this.name + " is missing, it is required");
	}

	/**
	 * The value, or null if it is absent.
	 * @param pointer its place in the body, or null
	 * @throws MalformedInputException if the value is none of the choices
	 */
	public @Nullable T find(RequestValues values, @Nullable String pointer) {
		Object read = values.get(this.name, Object.class);
		if (read == null) {
			return null;
		}
		T value = this.parse.apply(read);
		if (value == null) {
			throw new MalformedInputException(this.expected.unknown, pointer,
					"%s is \"%s\", one of %s is expected".formatted(subject(), Names.clip(read.toString()),
							String.join(", ", ((JsonType.Scalar<? super T>) this.type).choices())));
		}
		return value;
	}

	private String subject() {
		return (place() == Place.QUERY) ? "query parameter " + this.name : this.name;
	}

}
