package dev.discretizer.web.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.discretizer.codec.RequestValues;
import dev.discretizer.web.api.RequestField.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the declarations of the API contradict neither themselves nor each other.
 */
class DeclarationsTests {

	@ParameterizedTest
	@EnumSource
	void everyFieldHasAName(Endpoint endpoint) {
		assertThat(endpoint.fields()).extracting(RequestField::name).doesNotHaveDuplicates();
		assertThat(endpoint.fields()).allSatisfy((field) -> {
			assertThat(field.name()).matches("[a-z][a-z_0-9]*");
			assertThat(field.path()).endsWith(field.name());
			assertThat(endpoint.field(field.name())).isSameAs(field);
		});
	}

	@ParameterizedTest
	@EnumSource
	void everyFieldHasWords(Endpoint endpoint) {
		assertThat(endpoint.fields()).allSatisfy((field) -> assertThat(field.words()).as(field.name()).endsWith("."));
	}

	@ParameterizedTest
	@EnumSource
	void whatIsRequiredHasNoDefault(Endpoint endpoint) {
		assertThat(endpoint.fields()).filteredOn(RequestField::isRequired)
			.allSatisfy((field) -> assertThat(field.fallback()).as(field.name()).isNull());
	}

	@ParameterizedTest
	@EnumSource
	void everyDefaultIsInItsRange(Endpoint endpoint) {
		for (RequestField<?> field : endpoint.fields()) {
			if (field.shownDefault() != null && field.type() instanceof JsonType.Scalar<?> type) {
				check(field.name(), field.shownDefault(), type);
			}
		}
	}

	private static void check(String name, Object value, JsonType.Scalar<?> type) {
		if (value instanceof Number number) {
			if (type.least() != null && type.most() != null) {
				assertThat(number.longValue()).as(name).isBetween(type.least(), type.most());
			}
			if (type.above() != null) {
				assertThat(number.doubleValue()).as(name).isGreaterThan(type.above());
			}
		}
		if (!type.choices().isEmpty()) {
			assertThat(type.choices()).as(name).contains(value.toString());
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyChoiceIsRead(Endpoint endpoint) {
		for (RequestField<?> field : endpoint.fields()) {
			if (field.type() instanceof JsonType.Scalar<?> type) {
				Set<Object> read = new HashSet<>();
				type.choices().forEach((choice) -> {
					RequestValues values = new RequestValues();
					values.put(field, choice);
					read.add(field.get(values, null));
				});
				assertThat(read).as(field.name()).hasSameSizeAs(type.choices());
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aFieldOfSomeFormatsIsOfFormatsThatAreRead(Endpoint endpoint) {
		assertThat(endpoint.fields()).allSatisfy((field) -> assertThat(endpoint.requests()
			.stream()
			.anyMatch((format) -> field.isFor(format) || endpoint.parameters(format).contains(field))).as(field.name())
			.isTrue());
	}

	@Test
	void everyMemberHasWordsOrATypeWithWords() {
		for (JsonObject<?> object : objects()) {
			assertThat(object.words()).as(object.members().toString()).endsWith(".");
			assertThat(object.members()).extracting(JsonMember::name).doesNotHaveDuplicates();
			for (JsonMember<?> member : object.members()) {
				assertThat(member.words() != null || member.type() instanceof JsonType.ObjectOf<?>).as(member.name())
					.isTrue();
			}
		}
	}

	@Test
	void noTwoObjectsAreTheSameComponent() {
		Map<String, JsonObject<?>> components = new LinkedHashMap<>();
		for (JsonObject<?> object : objects()) {
			if (object.component() != null) {
				assertThat(components.putIfAbsent(object.component(), object)).isIn(null, object);
			}
		}
		assertThat(components).containsKeys("Finding", "TensorReport", "LayerReport", "Fit", "Device");
	}

	@Test
	void everyEndpointHasAPathAndAnIdOfItsOwn() {
		List<Endpoint> endpoints = List.of(Endpoint.values());
		assertThat(endpoints).extracting(Endpoint::path).doesNotHaveDuplicates();
		assertThat(endpoints).extracting(Endpoint::id).doesNotHaveDuplicates();
		assertThat(endpoints).allSatisfy((endpoint) -> {
			assertThat(endpoint.summary()).isNotBlank();
			assertThat(endpoint.description()).isNotBlank();
			assertThat(endpoint.answers()).first().isEqualTo(Format.JSON);
			assertThat(endpoint.requests().isEmpty()).isEqualTo(endpoint.body() == Endpoint.Body.NONE);
		});
	}

	/**
	 * Else a client could not tell the tensors of an answer from their report. Tables
	 * have neither; the JSON of simulations has no tensors, and takes the report's option
	 * as /discretize/network does.
	 */
	@ParameterizedTest
	@EnumSource
	void answersInSeveralFormatsCanBeAskedForInEachForm(Endpoint endpoint) {
		boolean several = endpoint.answers().size() > 1 && !endpoint.answers().contains(Format.CSV);
		assertThat(endpoint.field("tensors") != null).isEqualTo(several && endpoint.tag() != Endpoint.Tag.BEHAVIOUR);
		assertThat(endpoint.field("report") != null).isEqualTo(several);
		assertThat(endpoint.members()).noneMatch((field) -> field.place() == Place.QUERY);
	}

	/** All objects of answers, and those within. */
	private static List<JsonObject<?>> objects() {
		List<JsonObject<?>> objects = new ArrayList<>();
		Arrays.stream(Endpoint.values()).forEach((endpoint) -> add(endpoint.answer(), objects));
		add(Problem.OBJECT, objects);
		assertThat(objects).hasSizeGreaterThan(20);
		return objects;
	}

	private static void add(JsonObject<?> object, List<JsonObject<?>> dest) {
		dest.add(object);
		object.members().forEach((member) -> add(member.type(), dest));
	}

	private static void add(JsonType<?> type, List<JsonObject<?>> dest) {
		switch (type) {
			case JsonType.ObjectOf<?> inner -> add(inner.object(), dest);
			case JsonType.ListOf<?> list -> add(list.elements(), dest);
			case JsonType.OrNull<?> orNull -> add(orNull.type(), dest);
			default -> {
			}
		}
	}

}
