package dev.discretizer.web.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * The type of a JSON value: its schema in the API's document, and the conversion from a
 * Java value. Immutable.
 *
 * @param <T> the Java values; {@link Object} if they are written unchanged
 */
public sealed interface JsonType<T> {

	/** Converts a value for the JSON writer. */
	Object toJson(T value);

	/** The type of these values and null. */
	default JsonType<T> orNull() {
		return new OrNull<>(this);
	}

	/**
	 * Adds the tensors that a value is or holds.
	 * @param name name of the tensor; for an object, the prefix of the names of its
	 * tensors
	 * @param dest tensors of a binary answer by name
	 */
	default void putTensors(T value, String name, Map<String, DiscreteTensor> dest) {
	}

	/** Whether a value is a tensor. */
	default boolean isTensor() {
		return false;
	}

	/**
	 * A plain value.
	 *
	 * @param name its type in JSON Schema
	 * @param format a format of OpenAPI, or null
	 * @param least the smallest number allowed, or null
	 * @param most the largest number allowed, or null
	 * @param above exclusive lower bound of a number, or null
	 * @param pattern a regular expression for a text, or null
	 * @param choices all texts allowed; empty for any text
	 * @param write converts to the JSON value
	 */
	record Scalar<T>(String name, @Nullable String format, @Nullable Long least, @Nullable Long most,
			@Nullable Long above, @Nullable String pattern, List<String> choices,
			Function<? super T, ? extends Object> write) implements JsonType<T> {

		static Scalar<Object> of(String name) {
			return new Scalar<>(name, null, null, null, null, null, List.of(), Function.identity());
		}

		Scalar<T> format(String format) {
			return new Scalar<>(this.name, format, this.least, this.most, this.above, this.pattern, this.choices,
					this.write);
		}

		Scalar<T> atLeast(long least) {
			return new Scalar<>(this.name, this.format, least, this.most, this.above, this.pattern, this.choices,
					this.write);
		}

		Scalar<T> atMost(long most) {
			return new Scalar<>(this.name, this.format, this.least, most, this.above, this.pattern, this.choices,
					this.write);
		}

		Scalar<T> above(long above) {
			return new Scalar<>(this.name, this.format, this.least, this.most, above, this.pattern, this.choices,
					this.write);
		}

		Scalar<T> pattern(String pattern) {
			return new Scalar<>(this.name, this.format, this.least, this.most, this.above, pattern, this.choices,
					this.write);
		}

		@Override
		public Object toJson(T value) {
			return this.write.apply(value);
		}

	}

	/**
	 * An array.
	 *
	 * @param elements type of its elements
	 */
	record ListOf<T>(JsonType<T> elements) implements JsonType<List<T>> {

		@Override
		public Object toJson(List<T> value) {
			// Plain values are not copied: the list may be a view of a large array.
			return (this.elements instanceof Scalar) ? value : value.stream().map(this.elements::toJson).toList();
		}

		@Override
		public void putTensors(List<T> value, String name, Map<String, DiscreteTensor> dest) {
			value.forEach((element) -> this.elements.putTensors(element, name, dest));
		}

	}

	/**
	 * Numbers by name, each in a query parameter of its own.
	 *
	 * @param prefix precedes the names, separated by a dot
	 * @param values type of each number in JSON
	 * @param <V> each value as controllers receive it
	 */
	record MapOf<V>(String prefix, JsonType<? super V> values) implements JsonType<Map<String, V>> {

		@Override
		public Object toJson(Map<String, V> value) {
			return value;
		}

	}

	/**
	 * An object whose members' names are up to the request, such as the names of layers.
	 *
	 * @param values type of each member's value
	 */
	record NamesOf<T>(JsonType<T> values) implements JsonType<Map<String, @Nullable T>> {

		@Override
		public Object toJson(Map<String, @Nullable T> value) {
			Map<String, @Nullable Object> members = new LinkedHashMap<>();
			value.forEach((name, each) -> members.put(name, (each != null) ? this.values.toJson(each) : null));
			return members;
		}

	}

	/**
	 * A value of one of several types, written unchanged.
	 *
	 * @param types the types allowed
	 */
	record Either(List<JsonType<?>> types) implements JsonType<Object> {

		@Override
		public Object toJson(Object value) {
			return value;
		}

	}

	/**
	 * A value that may be null.
	 *
	 * @param type its type if it is not null
	 */
	record OrNull<T>(JsonType<T> type) implements JsonType<T> {

		@Override
		public Object toJson(T value) {
			return this.type.toJson(value);
		}

		@Override
		public void putTensors(T value, String name, Map<String, DiscreteTensor> dest) {
			this.type.putTensors(value, name, dest);
		}

		@Override
		public boolean isTensor() {
			return this.type.isTensor();
		}

	}

	/** A tensor in the form that the request chooses. */
	record Tensor() implements JsonType<DiscreteTensor> {

		@Override
		public Object toJson(DiscreteTensor value) {
			return value;
		}

		@Override
		public void putTensors(DiscreteTensor value, String name, Map<String, DiscreteTensor> dest) {
			dest.put(name, value);
		}

		@Override
		public boolean isTensor() {
			return true;
		}

	}

	/** A tensor of rank 0, which is a plain number in JSON. */
	record TensorScalar() implements JsonType<DiscreteTensor> {

		@Override
		public Object toJson(DiscreteTensor value) {
			if (value.dtype() == DType.FLOAT32) {
				float[] element = new float[1];
				value.floats(0, element, 0, 1);
				return element[0];
			}
			int[] element = new int[1];
			value.ints(0, element, 0, 1);
			return element[0];
		}

		@Override
		public void putTensors(DiscreteTensor value, String name, Map<String, DiscreteTensor> dest) {
			dest.put(name, value);
		}

		@Override
		public boolean isTensor() {
			return true;
		}

	}

	/**
	 * An object with declared members.
	 *
	 * @param object the declaration
	 */
	record ObjectOf<T>(JsonObject<T> object) implements JsonType<T> {

		@Override
		public Object toJson(T value) {
			return this.object.document(value);
		}

		@Override
		public void putTensors(T value, String name, Map<String, DiscreteTensor> dest) {
			this.object.putTensors(value, name, dest);
		}

	}

}
