package dev.discretizer.codec;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The values of one request by field name, collected from its body and its query. A field
 * that is absent, or null in JSON, has no value. Not thread-safe.
 */
public final class RequestValues {

	private final Map<String, Object> values = new LinkedHashMap<>();

	/**
	 * Takes a value.
	 * @param value of the Java type that the field's kind names
	 * @throws MalformedInputException if the field has a value already
	 */
	public void put(Field field, Object value) {
		if (this.values.putIfAbsent(field.name(), value) != null) {
			throw new MalformedInputException(Cause.DUPLICATE_NAME, field.pointer(),
					field.name() + " is given twice, once is expected (in the body or in the query)");
		}
	}

	/** The tensor of that name, or null. */
	public @Nullable FloatTensor tensor(String name) {
		return (FloatTensor) this.values.get(name);
	}

	/** The value of that name as the given type, or null. */
	public <T> @Nullable T get(String name, Class<T> type) {
		return type.cast(this.values.get(name));
	}

}
