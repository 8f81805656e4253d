package dev.discretizer.web.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.discretizer.graph.Network;
import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of answers, declared once. Its list of members determines the JSON
 * document, the metadata, tensors and headers of binary answers, and the schema in the
 * API's document, all in the order of the list. Immutable and thread-safe.
 *
 * @param <R> the result that the members take their values from
 */
public final class JsonObject<R> {

	private final @Nullable String component;

	private final String words;

	private final List<JsonMember<R>> members;

	/**
	 * Tensors of binary answers that are plain numbers in JSON; they follow the other
	 * tensors.
	 */
	private final Function<R, Map<String, DiscreteTensor>> furtherTensors;

	private final Function<R, @Nullable Network> graph;

	private JsonObject(@Nullable String component, String words, List<JsonMember<R>> members,
			Function<R, Map<String, DiscreteTensor>> furtherTensors, Function<R, @Nullable Network> graph) {
		this.component = component;
		this.words = words;
		this.members = members;
		this.furtherTensors = furtherTensors;
		this.graph = graph;
	}

	/** An object without members, described in place in the document. */
	static <R> JsonObject<R> of(String words) {
		return new JsonObject<>(null, words, List.of(), (value) -> Map.of(), (value) -> null);
	}

	/** An object without members, described as a named component of the document. */
	static <R> JsonObject<R> component(String name, String words) {
		return new JsonObject<>(name, words, List.of(), (value) -> Map.of(), (value) -> null);
	}

	/** A copy with a further member. */
	JsonObject<R> with(JsonMember<R> member) {
		List<JsonMember<R>> all = new ArrayList<>(this.members);
		all.add(member);
		return new JsonObject<>(this.component, this.words, List.copyOf(all), this.furtherTensors, this.graph);
	}

	/**
	 * A copy with a further member.
	 * @param words the description, or null if the description of the type suffices
	 */
	<T> JsonObject<R> member(String name, JsonType<T> type, @Nullable String words,
			Function<? super R, ? extends @Nullable T> get) {
		return with(JsonMember.of(name, type, words, get, (value) -> type.isTensor() ? name : ""));
	}

	/** A copy with a further member that is an object. */
	<T> JsonObject<R> object(String name, JsonObject<T> type, @Nullable String words,
			Function<? super R, ? extends @Nullable T> get) {
		return member(name, new JsonType.ObjectOf<>(type), words, get);
	}

	/** A copy with a further member that is an array of objects. */
	<T> JsonObject<R> list(String name, JsonObject<T> elements, String words,
			Function<? super R, ? extends List<T>> get) {
		return member(name, new JsonType.ListOf<>(new JsonType.ObjectOf<>(elements)), words, get);
	}

	/**
	 * A copy with all members of another object, which take their values from a part of
	 * the result.
	 */
	<S> JsonObject<R> allOf(JsonObject<S> other, Function<? super R, ? extends S> part) {
		JsonObject<R> all = this;
		for (JsonMember<S> member : other.members) {
			all = all.with(member.of(part));
		}
		return all;
	}

	/** A copy with a further tensor in binary answers. */
	JsonObject<R> furtherTensor(String name, Function<R, DiscreteTensor> get) {
		return furtherTensors((value) -> Map.of(name, get.apply(value)));
	}

	/**
	 * A copy with further tensors in binary answers, whose names are up to the result.
	 */
	JsonObject<R> furtherTensors(Function<R, Map<String, DiscreteTensor>> get) {
		return new JsonObject<>(this.component, this.words, this.members, (value) -> {
			Map<String, DiscreteTensor> all = new LinkedHashMap<>(this.furtherTensors.apply(value));
			all.putAll(get.apply(value));
			return all;
		}, this.graph);
	}

	/** A copy with a graph for answers in HDF5. */
	JsonObject<R> graph(Function<R, @Nullable Network> get) {
		return new JsonObject<>(this.component, this.words, this.members, this.furtherTensors, get);
	}

	/**
	 * A copy whose member of that name has the same value whatever the result.
	 * @param value of the member's type
	 */
	public JsonObject<R> fixed(String name, Object value) {
		List<JsonMember<R>> all = this.members.stream()
			.map((member) -> member.name().equals(name) ? member.fixed(value) : member)
			.toList();
		return new JsonObject<>(this.component, this.words, all, this.furtherTensors, this.graph);
	}

	/** The name of the component that describes it, or null for none. */
	public @Nullable String component() {
		return this.component;
	}

	/** Its description. */
	public String words() {
		return this.words;
	}

	/** The members, in the order in which they are written. */
	public List<JsonMember<R>> members() {
		return this.members;
	}

	/** The values of all members by name, in their order, for the JSON writer. */
	public Map<String, @Nullable Object> document(R value) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		for (JsonMember<R> member : this.members) {
			member.put(value, document);
		}
		return document;
	}

	/**
	 * The metadata of files: all members except tensors and objects that hold tensors, as
	 * the file holds these as tensors of its own.
	 */
	public Map<String, @Nullable Object> metadata(R value) {
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
		for (JsonMember<R> member : this.members) {
			if (!isInFiles(member.type())) {
				member.put(value, metadata);
			}
		}
		return metadata;
	}

	private static boolean isInFiles(JsonType<?> type) {
		return type.isTensor() || (type instanceof JsonType.ObjectOf<?> inner && inner.object().holdsTensors());
	}

	private boolean holdsTensors() {
		return this.members.stream().anyMatch((member) -> member.type().isTensor());
	}

	/**
	 * The rows of an answer in CSV, each with its columns in order: the elements of the
	 * one member, which is an array of objects.
	 */
	@SuppressWarnings("unchecked")
	public List<Map<String, @Nullable Object>> rows(R value) {
		return (List<Map<String, @Nullable Object>>) Objects
			.requireNonNull(document(value).get(this.members.getFirst().name()));
	}

	/** The tensors of binary answers, by name. */
	public Map<String, DiscreteTensor> tensors(R value) {
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		putTensors(value, "", tensors);
		tensors.putAll(this.furtherTensors.apply(value));
		return tensors;
	}

	/** Adds the tensors; those that are plain numbers in JSON come last. */
	void putTensors(R value, String before, Map<String, DiscreteTensor> dest) {
		for (JsonMember<R> member : this.members) {
			if (!(member.type() instanceof JsonType.TensorScalar)) {
				member.putTensors(value, before, dest);
			}
		}
		for (JsonMember<R> member : this.members) {
			if (member.type() instanceof JsonType.TensorScalar) {
				member.putTensors(value, before, dest);
			}
		}
	}

	/** The graph of an answer in HDF5, or null if the result has none. */
	public @Nullable Network graph(R value) {
		return this.graph.apply(value);
	}

	/**
	 * Passes on the headers of binary answers, each with its name; headers with an empty
	 * text are omitted.
	 */
	public void headers(R value, BiConsumer<String, String> dest) {
		for (JsonMember<R> member : this.members) {
			ResponseHeader header = member.header();
			Object found = (header != null) ? member.value(value) : null;
			String text = (header != null && found != null) ? header.text(found) : "";
			if (header != null && !text.isEmpty()) {
				dest.accept(header.label(), text);
			}
		}
	}

}
