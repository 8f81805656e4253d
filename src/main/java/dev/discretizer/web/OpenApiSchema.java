package dev.discretizer.web;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema of OpenAPI 3.1, which is one of JSON Schema 2020-12, to be built in one
 * expression: the setters of swagger-models that return the schema lose its type.
 */
final class OpenApiSchema extends JsonSchema {

	private static final String NULL = "null";

	private OpenApiSchema(@Nullable String description) {
		setDescription(description);
	}

	/** Of one JSON type. */
	static OpenApiSchema of(String type, @Nullable String description) {
		OpenApiSchema schema = new OpenApiSchema(description);
		schema.setTypes(new LinkedHashSet<>(Set.of(type)));
		return schema;
	}

	/** One of these texts. */
	static OpenApiSchema oneOf(List<String> values, @Nullable String description) {
		OpenApiSchema schema = of("string", description);
		values.forEach(schema::addEnumItemObject);
		return schema;
	}

	/** An array of elements of one kind. */
	static OpenApiSchema array(Schema<?> items, @Nullable String description) {
		OpenApiSchema schema = of("array", description);
		schema.setItems(items);
		return schema;
	}

	/** An object without members yet; others than those it gets are not there. */
	static OpenApiSchema object(@Nullable String description) {
		OpenApiSchema schema = of("object", description);
		schema.setAdditionalProperties(false);
		return schema;
	}

	/** What exactly one of several schemas describes. */
	static OpenApiSchema either(@Nullable String description, Schema<?>... choices) {
		OpenApiSchema schema = new OpenApiSchema(description);
		Arrays.stream(choices).forEach(schema::addOneOfItem);
		return schema;
	}

	/** A component, described for the place it is used in. */
	static OpenApiSchema ref(String component, @Nullable String description) {
		OpenApiSchema schema = new OpenApiSchema(description);
		schema.set$ref("#/components/schemas/" + component);
		return schema;
	}

	/** Bytes that are not JSON; has no type, as such bytes have none in JSON Schema. */
	static OpenApiSchema bytes(String mediaType, String description) {
		OpenApiSchema schema = new OpenApiSchema(description);
		schema.setContentMediaType(mediaType);
		return schema;
	}

	/** The same, or null. */
	OpenApiSchema orNull() {
		if (getTypes() == null) {
			OpenApiSchema either = either(getDescription(), this, of(NULL, null));
			setDescription(null);
			return either;
		}
		getTypes().add(NULL);
		if (getEnum() != null) {
			addEnumItemObject(null);
		}
		return this;
	}

	OpenApiSchema member(String name, Schema<?> member) {
		addProperty(name, member);
		return this;
	}

	/** A member that is always there. */
	OpenApiSchema required(String name, Schema<?> member) {
		addRequiredItem(name);
		return member(name, member);
	}

	OpenApiSchema atLeast(long minimum) {
		setMinimum(BigDecimal.valueOf(minimum));
		return this;
	}

	OpenApiSchema atMost(long maximum) {
		setMaximum(BigDecimal.valueOf(maximum));
		return this;
	}

	OpenApiSchema above(long minimum) {
		setExclusiveMinimumValue(BigDecimal.valueOf(minimum));
		return this;
	}

	/** What an absent one counts as; null for no default. */
	OpenApiSchema byDefault(@Nullable Object value) {
		if (value != null) {
			setDefault(value);
		}
		return this;
	}

	@Override
	public OpenApiSchema format(String format) {
		setFormat(format);
		return this;
	}

}
