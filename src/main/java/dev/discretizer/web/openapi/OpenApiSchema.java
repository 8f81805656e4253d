package dev.discretizer.web.openapi;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.discretizer.web.api.JsonMember;
import dev.discretizer.web.api.JsonObject;
import dev.discretizer.web.api.JsonType;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema of OpenAPI 3.1, which is a schema of JSON Schema 2020-12, with setters that
 * can be chained: those of swagger-models that return the schema lose its type.
 */
final class OpenApiSchema extends JsonSchema {

	private static final String NULL = "null";

	private OpenApiSchema(@Nullable String description) {
		setDescription(description);
	}

	/** A schema of one JSON type. */
	static OpenApiSchema of(String type, @Nullable String description) {
		OpenApiSchema schema = new OpenApiSchema(description);
		schema.setTypes(new LinkedHashSet<>(Set.of(type)));
		return schema;
	}

	/** A text that is one of several. */
	static OpenApiSchema oneOf(List<String> values, @Nullable String description) {
		OpenApiSchema schema = of("string", description);
		values.forEach(schema::addEnumItemObject);
		return schema;
	}

	/** The schema of a declared type. */
	static OpenApiSchema of(JsonType<?> type, @Nullable String description) {
		return switch (type) {
			case JsonType.Scalar<?> scalar -> scalar(scalar, description);
			case JsonType.ListOf<?> list -> array(of(list.elements(), null), description);
			case JsonType.NamesOf<?> names -> names(names, description);
			case JsonType.OrNull<?> orNull -> of(orNull.type(), description).orNull();
			case JsonType.Either either ->
				either(description, either.types().stream().map((one) -> of(one, null)).toArray(OpenApiSchema[]::new));
			case JsonType.Tensor tensor -> ref(AnswerComponents.TENSOR, description);
			case JsonType.TensorScalar number -> of("number", description);
			case JsonType.MapOf<?> map -> map(map, description);
			case JsonType.ObjectOf<?> object -> of(object.object(), description);
		};
	}

	private static OpenApiSchema scalar(JsonType.Scalar<?> type, @Nullable String description) {
		OpenApiSchema schema = of(type.name(), description);
		schema.setFormat(type.format());
		schema.setPattern(type.pattern());
		schema.setMinimum((type.least() != null) ? BigDecimal.valueOf(type.least()) : null);
		schema.setMaximum((type.most() != null) ? BigDecimal.valueOf(type.most()) : null);
		schema.setExclusiveMinimumValue((type.above() != null) ? BigDecimal.valueOf(type.above()) : null);
		type.choices().forEach(schema::addEnumItemObject);
		return schema;
	}

	private static OpenApiSchema map(JsonType.MapOf<?> type, @Nullable String description) {
		OpenApiSchema schema = of("object", description);
		schema.setAdditionalProperties(of(type.values(), null));
		return schema;
	}

	private static OpenApiSchema names(JsonType.NamesOf<?> type, @Nullable String description) {
		OpenApiSchema schema = of("object", description);
		schema.setAdditionalProperties(of(type.values(), null).orNull());
		return schema;
	}

	/** A reference to a component, or an object described in place. */
	private static OpenApiSchema of(JsonObject<?> object, @Nullable String description) {
		String component = object.component();
		return (component != null) ? ref(component, description) : members(object);
	}

	/** An object with its members. */
	static OpenApiSchema members(JsonObject<?> object) {
		OpenApiSchema schema = object(object.words());
		for (JsonMember<?> member : object.members()) {
			OpenApiSchema value = of(member.type(), member.words());
			if (member.isOptional()) {
				schema.member(member.name(), value);
			}
			else {
				schema.required(member.name(), value);
			}
		}
		return schema;
	}

	/** An array whose elements have one schema. */
	static OpenApiSchema array(Schema<?> items, @Nullable String description) {
		OpenApiSchema schema = of("array", description);
		schema.setItems(items);
		return schema;
	}

	/** An object without members that allows only the members added later. */
	static OpenApiSchema object(@Nullable String description) {
		OpenApiSchema schema = of("object", description);
		schema.setAdditionalProperties(false);
		return schema;
	}

	/** A value that matches exactly one of several schemas. */
	static OpenApiSchema either(@Nullable String description, Schema<?>... choices) {
		OpenApiSchema schema = new OpenApiSchema(description);
		Arrays.stream(choices).forEach(schema::addOneOfItem);
		return schema;
	}

	/** A reference to a component, with a description for this use. */
	static OpenApiSchema ref(String component, @Nullable String description) {
		OpenApiSchema schema = new OpenApiSchema(description);
		schema.set$ref("#/components/schemas/" + component);
		return schema;
	}

	/** Any value. */
	static OpenApiSchema any() {
		return new OpenApiSchema(null);
	}

	/**
	 * Bytes that are not JSON. JSON Schema has no type for bytes; they are described in
	 * the way that Swagger UI and generators of clients know from OpenAPI 3.0, too.
	 */
	static OpenApiSchema bytes(String mediaType, @Nullable String description) {
		OpenApiSchema schema = of("string", description);
		schema.setFormat("binary");
		schema.setContentMediaType(mediaType);
		return schema;
	}

	/** The schema of these values and null. */
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

	/** Adds a member that is always present. */
	OpenApiSchema required(String name, Schema<?> member) {
		addRequiredItem(name);
		return member(name, member);
	}

	/** Sets the default; null for none. */
	OpenApiSchema byDefault(@Nullable Object value) {
		if (value != null) {
			setDefault(plain(value));
		}
		return this;
	}

	/** Converts a number without a fraction to an integer. */
	static Object plain(Object value) {
		return (value instanceof Double number && number == Math.rint(number)) ? (Object) number.longValue() : value;
	}

}
