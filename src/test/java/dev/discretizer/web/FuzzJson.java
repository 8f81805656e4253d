package dev.discretizer.web;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.Field.Kind;
import dev.discretizer.web.api.JsonType;
import dev.discretizer.web.api.RequestField;
import org.jspecify.annotations.Nullable;

/**
 * Fuzzed JSON bodies, in which any token may be wrong.
 */
final class FuzzJson {

	private final FuzzRandom random;

	FuzzJson(FuzzRandom random) {
		this.random = random;
	}

	/** A body with those fields, in objects as their paths have it. */
	byte[] body(List<? extends Field> fields, Map<String, FuzzTensor> tensors) {
		Map<String, StringJoiner> objects = new LinkedHashMap<>();
		StringJoiner root = object();
		for (Field field : fields) {
			int slash = field.path().indexOf('/');
			StringJoiner parent = (slash < 0) ? root
					: objects.computeIfAbsent(field.path().substring(0, slash), (name) -> object());
			parent.add(name(field.name()) + this.random.text(":") + value(field, tensors.get(field.name())));
		}
		objects.forEach((name, object) -> root.add(name(name) + ":" + object));
		return new FuzzBytes().text(this.random.text("") + root + this.random.text("")).toArray();
	}

	private StringJoiner object() {
		return new StringJoiner(this.random.text(","), this.random.text("{"), this.random.text("}"));
	}

	private String name(String name) {
		return this.random.text("\"" + this.random.text(name) + "\"");
	}

	private String value(Field field, @Nullable FuzzTensor tensor) {
		return switch (field.kind()) {
			case TENSOR -> (tensor != null) ? tensor(tensor) : this.random.text("null");
			case FLOAT32, FLOAT64 -> this.random.text(scalar(field.name()));
			case INTEGER -> this.random.text(Long.toString(this.random.number(2 + this.random.below(23))));
			case BOOLEAN -> this.random.text(this.random.pick("true", "false"));
			case TEXT -> this.random.text("\"" + word(field) + "\"");
		};
	}

	private String word(Field field) {
		if (field instanceof RequestField<?> declared && declared.type() instanceof JsonType.Scalar<?> type
				&& !type.choices().isEmpty()) {
			return this.random.pick(type.choices().toArray(String[]::new));
		}
		return switch (field.name()) {
			case "bits" -> this.random.pick("2,8", "24,3", "8");
			case "scale_rules" -> this.random.pick("joint", "reference,joint");
			default -> "0:1";
		};
	}

	private String scalar(String name) {
		return decimal(name.equals("rescale") ? 0.5 + this.random.real() : 100 * this.random.real());
	}

	/** A query's text of a field. */
	String parameter(Field field) {
		return (field.kind() == Kind.TENSOR)
				? this.random.text(decimal(field.name().equals("min_v_mem") ? -this.random.real() : this.random.real()))
				: value(field, null).replace("\"", "");
	}

	private String tensor(FuzzTensor tensor) {
		if (tensor.dims().length == 0 || tensor.bytes().length == 0) {
			return this.random.text(number(tensor.name()));
		}
		return switch (this.random.below(3)) {
			case 0 -> nested(tensor, 0);
			case 1 -> flat(tensor);
			default -> base64(tensor);
		};
	}

	private String nested(FuzzTensor tensor, int level) {
		StringJoiner array = new StringJoiner(separator(), this.random.text("["), this.random.text("]"));
		int length = tensor.dims()[level] + (this.random.wrong() ? 1 - this.random.below(3) : 0);
		boolean last = level == tensor.dims().length - 1;
		for (int i = 0; i < length; i++) {
			array.add(last ? this.random.text(number(tensor.name())) : nested(tensor, level + 1));
		}
		return array.toString();
	}

	private String flat(FuzzTensor tensor) {
		StringJoiner data = new StringJoiner(separator(), "\"data\":[", this.random.text("]"));
		int elements = tensor.bytes().length / tensor.dtype().bytes();
		boolean whole = tensor.dtype().isInteger();
		for (int i = 0; i < elements; i++) {
			data.add(this.random.text(whole ? Integer.toString(1 + this.random.below(100)) : number(tensor.name())));
		}
		return members(tensor, data.toString());
	}

	private String base64(FuzzTensor tensor) {
		return members(tensor, this.random.text("\"base64\":") + "\""
				+ this.random.text(Base64.getEncoder().encodeToString(tensor.bytes())) + "\"");
	}

	private String members(FuzzTensor tensor, String elements) {
		StringJoiner shape = new StringJoiner(",", this.random.text("\"shape\":["), this.random.text("]"));
		for (int dim : tensor.dims()) {
			shape.add(this.random.text(Long.toString(this.random.number(dim))));
		}
		String dtype = this.random.text("\"dtype\":") + "\"" + this.random.text(tensor.dtype().label()) + "\"";
		StringJoiner object = object();
		if (this.random.once(3)) {
			object.add(elements).add(shape.toString()).add(dtype);
		}
		else {
			object.add(dtype).add(shape.toString()).add(elements);
		}
		return object.toString();
	}

	/** Short, as there are many. */
	private String separator() {
		return this.random.wrong() ? this.random.pick("", ",,", ":", " , ", ",1,", ",[", "],", ",null,") : ",";
	}

	private String number(String name) {
		return decimal(switch (name) {
			case "spike_threshold" -> 0.5;
			case "min_v_mem" -> -1.5;
			default -> this.random.real() - 0.5;
		});
	}

	private String decimal(double value) {
		return switch (this.random.below(4)) {
			case 0 -> Double.toString(value);
			case 1 -> Float.toString((float) value);
			case 2 -> String.format(Locale.ROOT, "%.3e", value);
			default -> (value > 0.5 || value < -0.5) ? Integer.toString((int) Math.rint(value))
					: Float.toString((float) value);
		};
	}

}
