package dev.discretizer.web.api;

import java.util.Map;
import java.util.function.Function;

import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * A member of a {@link JsonObject}: its name, type, description and value. Immutable.
 *
 * @param <R> the result that the object takes its values from
 */
public final class JsonMember<R> {

	/**
	 * The parts of a declaration other than the value.
	 *
	 * @param optional whether the member is omitted, rather than null, if it has no value
	 * @param header the header that repeats the value in binary answers, or null
	 */
	private record Declared(String name, JsonType<?> type, @Nullable String words, boolean optional,
			@Nullable ResponseHeader header) {
	}

	/** Adds the tensors of a value to a binary answer, given a prefix of their names. */
	private interface Tensors<R> {

		void put(R of, String before, Map<String, DiscreteTensor> dest);

	}

	private final Declared declared;

	private final Function<R, @Nullable Object> get;

	private final Function<R, @Nullable Object> toJson;

	private final Tensors<R> tensors;

	private JsonMember(Declared declared, Function<R, @Nullable Object> get, Function<R, @Nullable Object> toJson,
			Tensors<R> tensors) {
		this.declared = declared;
		this.get = get;
		this.toJson = toJson;
		this.tensors = tensors;
	}

	/**
	 * Declares a member.
	 * @param words the description, or null if the description of the type suffices
	 * @param nameInFiles name of a tensor in binary answers; for an object, the prefix of
	 * the names of its tensors
	 */
	static <R, T> JsonMember<R> of(String name, JsonType<T> type, @Nullable String words,
			Function<? super R, ? extends @Nullable T> get, Function<? super R, String> nameInFiles) {
		return new JsonMember<>(new Declared(name, type, words, false, null), get::apply, (of) -> {
			T value = get.apply(of);
			return (value != null) ? type.toJson(value) : null;
		}, (of, before, dest) -> {
			T value = get.apply(of);
			if (value != null) {
				type.putTensors(value, before + nameInFiles.apply(of), dest);
			}
		});
	}

	/** A copy that is omitted if it has no value. */
	JsonMember<R> optional() {
		return new JsonMember<>(new Declared(name(), type(), words(), true, header()), this.get, this.toJson,
				this.tensors);
	}

	/** A copy that a header of binary answers repeats. */
	JsonMember<R> header(ResponseHeader header) {
		return new JsonMember<>(new Declared(name(), type(), words(), isOptional(), header), this.get, this.toJson,
				this.tensors);
	}

	/** A copy that has the same value whatever the result. */
	@SuppressWarnings("unchecked")
	<T> JsonMember<R> fixed(T value) {
		Object json = ((JsonType<T>) type()).toJson(value);
		return new JsonMember<>(this.declared, (of) -> value, (of) -> json, (of, before, dest) -> {
		});
	}

	/** A copy for an object whose result contains this member's result as a part. */
	<S> JsonMember<S> of(Function<? super S, ? extends R> part) {
		return new JsonMember<>(this.declared, (whole) -> this.get.apply(part.apply(whole)),
				(whole) -> this.toJson.apply(part.apply(whole)),
				(whole, before, dest) -> this.tensors.put(part.apply(whole), before, dest));
	}

	/** The name in JSON. */
	public String name() {
		return this.declared.name;
	}

	/** The type of its value. */
	public JsonType<?> type() {
		return this.declared.type;
	}

	/** Its meaning, unit and range; null if the description of the type suffices. */
	public @Nullable String words() {
		return this.declared.words;
	}

	/** Whether it is omitted, rather than null, if it has no value. */
	public boolean isOptional() {
		return this.declared.optional;
	}

	/** The header that repeats it in binary answers, or null. */
	public @Nullable ResponseHeader header() {
		return this.declared.header;
	}

	/** Its value before conversion to JSON. */
	@Nullable Object value(R of) {
		return this.get.apply(of);
	}

	void put(R of, Map<String, @Nullable Object> dest) {
		Object value = this.toJson.apply(of);
		if (value != null || !isOptional()) {
			dest.put(name(), value);
		}
	}

	void putTensors(R of, String before, Map<String, DiscreteTensor> dest) {
		this.tensors.put(of, before, dest);
	}

}
