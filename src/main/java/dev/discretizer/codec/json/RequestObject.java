package dev.discretizer.codec.json;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/** Reads the one object of a body: its objects within, and the values of its fields. */
final class RequestObject {

	private final TensorParser parser;

	private final Allowance allowance;

	private final RequestValues dest;

	RequestObject(TensorParser parser, Allowance allowance, RequestValues dest) {
		this.parser = parser;
		this.allowance = allowance;
		this.dest = dest;
	}

	/** Reads the whole body. */
	void read(List<? extends Field> schema) throws IOException {
		if (this.parser.nextToken() == null) {
			throw new MalformedInputException(Cause.TRUNCATED, null, "the body is empty, a JSON object is expected");
		}
		object(Place.of(schema), "");
		if (!atEnd()) {
			throw JsonFailures.trailing(this.parser);
		}
	}

	private void object(Place place, String pointer) throws IOException {
		if (this.parser.currentToken() != JsonToken.START_OBJECT) {
			throw new MalformedInputException(Cause.WRONG_TYPE, pointer,
					"%s: %s found, an object is expected".formatted(Shown.object(pointer), Shown.token(this.parser)));
		}
		Members members = new Members(this.parser, pointer, place.members.keySet());
		for (String name = members.next(); name != null; name = members.next()) {
			Place member = Objects.requireNonNull(place.members.get(name));
			if (member.field == null) {
				object(member, pointer + "/" + name);
			}
			else {
				this.dest.put(member.field, value(member.field));
			}
		}
	}

	/** Whether nothing but whitespace follows. */
	private boolean atEnd() {
		try {
			return this.parser.nextToken() == null;
		}
		catch (JacksonIOException ex) {
			throw ex;
		}
		catch (JacksonException ex) {
			// What follows is not even JSON
			return false;
		}
	}

	private Object value(Field field) throws IOException {
		JsonToken token = this.parser.currentToken();
		return switch (field.kind()) {
			case TENSOR -> tensor(field, token);
			case FLOAT32 -> {
				expect(token.isNumeric(), field, "a number");
				yield Decimals.toFloat(this.parser);
			}
			case FLOAT64 -> {
				expect(token.isNumeric(), field, "a number");
				yield Decimals.toDouble(this.parser);
			}
			case INTEGER -> {
				expect(token == JsonToken.VALUE_NUMBER_INT, field, "an integer");
				yield Decimals.toLong(this.parser);
			}
			case BOOLEAN -> {
				expect(token.isBoolean(), field, "true or false");
				yield token == JsonToken.VALUE_TRUE;
			}
			case TEXT -> Text.read(this.parser, field.name(), field.pointer());
		};
	}

	private FloatTensor tensor(Field field, JsonToken token) throws IOException {
		return switch (token) {
			case START_ARRAY -> new NestedArrays(this.parser, field, this.allowance).read();
			case START_OBJECT -> new TensorObject(this.parser, field, this.allowance).read();
			default -> {
				expect(token.isNumeric(), field, "a number, an array or an object");
				ElementCollector element = new ElementCollector(this.parser, field.name(), this.allowance);
				element.add();
				yield element.build(Shape.SCALAR, DType.FLOAT32, field.pointer());
			}
		};
	}

	private void expect(boolean right, Field field, String expected) {
		if (!right) {
			throw new MalformedInputException(Cause.WRONG_TYPE, field.pointer(),
					"%s: %s found, %s expected".formatted(field.name(), Shown.token(this.parser), expected));
		}
	}

	/**
	 * What may stand at one place of a body: an object of further places, or a field's
	 * value.
	 */
	private record Place(Map<String, Place> members, @Nullable Field field) {

		/** The body itself. */
		static Place of(List<? extends Field> schema) {
			Place root = new Place(new LinkedHashMap<>(), null);
			for (Field field : schema) {
				root.add(field);
			}
			return root;
		}

		private void add(Field field) {
			Place place = this;
			String[] names = field.path().split("/", -1);
			int last = names.length - 1;
			for (int i = 0; i < last; i++) {
				place = place.members.computeIfAbsent(names[i], (name) -> new Place(new LinkedHashMap<>(), null));
			}
			place.members.put(names[last], new Place(Map.of(), field));
		}
	}

}
