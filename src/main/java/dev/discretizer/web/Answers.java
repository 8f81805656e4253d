package dev.discretizer.web;

import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.device.Fit;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.DiscretizedTensor;
import dev.discretizer.discretize.Finding;
import dev.discretizer.discretize.LayerReport;
import dev.discretizer.discretize.LayerScales;
import dev.discretizer.discretize.TensorReport;
import dev.discretizer.discretize.Term;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkLayer;
import dev.discretizer.service.NetworkResult;
import dev.discretizer.service.TensorScale;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatScalar;
import org.jspecify.annotations.Nullable;

/**
 * Gives results the members that the API promises, in their order.
 */
final class Answers {

	private Answers() {
	}

	/** The answer of {@code /scale}. */
	static Answer of(TensorScale scale) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("scale", scale.scale());
		document.put("bits", scale.bits());
		document.put("min", scale.min());
		document.put("max", scale.max());
		return Answer.ofDocument(document);
	}

	/** The answer of {@code /discretize/scalar}. */
	static Answer of(long value) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("value", value);
		return Answer.ofDocument(document);
	}

	/**
	 * The answer of {@code /discretize/tensor}.
	 * @param name the tensor's name in binary answers
	 */
	static Answer of(DiscretizedTensor result, String name) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("scale", result.scale());
		document.put("tensor", result.tensor());
		TensorReport report = result.report();
		if (report != null) {
			document.put("report", report(report));
		}
		document.put("findings", findings(result.findings()));
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		tensors.put(name, result.tensor());
		tensors.put("scale", new FloatScalar(result.scale()));
		return new Answer(document, without(document, "tensor"), tensors, result.scale(), null, result.findings(),
				null);
	}

	/**
	 * The answer of one of the layer endpoints.
	 * @param conv whether it returns weight and bias
	 * @param spike whether it returns the thresholds and the state
	 */
	static Answer of(DiscretizedLayer result, boolean conv, boolean spike) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		LayerScales scales = result.scales();
		document.put("scale", scales.scale());
		document.put("limited_by", scales.limitedBy().label());
		document.put("candidates", candidates(scales));
		if (conv) {
			document.put("conv", conv(result, "", tensors));
		}
		if (spike) {
			document.put("spike", spike(result, "", tensors));
		}
		tensors.put("scale", new FloatScalar(scales.scale()));
		LayerReport report = result.report();
		if (report != null) {
			document.put("report", report(report));
		}
		document.put("findings", findings(result.findings()));
		return new Answer(document, without(document, "conv", "spike"), tensors, scales.scale(),
				scales.limitedBy().label(), result.findings(), null);
	}

	/** The answer of {@code /discretize/network}. */
	static Answer of(NetworkResult network) {
		DiscretizedNetwork result = network.discretized();
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		document.put("layers", result.layers().stream().map((layer) -> layer(layer, tensors)).toList());
		document.put("findings", findings(result.findings()));
		Fit fit = result.fit();
		document.put("fit", (fit != null) ? DeviceAnswers.of(fit) : null);
		return new Answer(document, document, tensors, null, null, result.findings(), network.graph());
	}

	private static Map<String, @Nullable Object> layer(NetworkLayer layer, Map<String, DiscreteTensor> tensors) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		DiscretizedLayer result = layer.layer();
		LayerScales scales = result.scales();
		members.put("name", layer.name());
		members.put("spike_name", layer.spikeName());
		members.put("rescale", layer.rescale());
		members.put("scale", scales.scale());
		members.put("limited_by", scales.limitedBy().label());
		members.put("candidates", candidates(scales));
		members.put("conv", conv(result, layer.name() + ".", tensors));
		members.put("spike", spike(result, layer.spikeName() + ".", tensors));
		LayerReport report = result.report();
		if (report != null) {
			members.put("report", report(report));
		}
		members.put("findings", findings(result.findings()));
		return members;
	}

	/**
	 * The integers of weight and bias.
	 * @param prefix of their names among the tensors
	 */
	private static Map<String, @Nullable Object> conv(DiscretizedLayer result, String prefix,
			Map<String, DiscreteTensor> tensors) {
		Map<String, @Nullable Object> conv = new LinkedHashMap<>();
		conv.put("weight", put(tensors, prefix + "weight", result.weight()));
		conv.put("bias", put(tensors, prefix + "bias", result.bias()));
		return conv;
	}

	private static Map<String, @Nullable Object> spike(DiscretizedLayer result, String prefix,
			Map<String, DiscreteTensor> tensors) {
		Map<String, @Nullable Object> spike = new LinkedHashMap<>();
		spike.put("spike_threshold", number(result.spikeThreshold()));
		spike.put("min_v_mem", number(result.minVMem()));
		spike.put("v_mem", put(tensors, prefix + "v_mem", result.vMem()));
		tensors.put(prefix + "spike_threshold", result.spikeThreshold());
		tensors.put(prefix + "min_v_mem", result.minVMem());
		return spike;
	}

	private static @Nullable DiscreteTensor put(Map<String, DiscreteTensor> tensors, String name,
			@Nullable DiscreteTensor tensor) {
		if (tensor != null) {
			tensors.put(name, tensor);
		}
		return tensor;
	}

	/** The one element of a tensor of rank 0. */
	private static Number number(DiscreteTensor scalar) {
		if (scalar.dtype() == DType.FLOAT32) {
			float[] value = new float[1];
			scalar.floats(0, value, 0, 1);
			return value[0];
		}
		int[] value = new int[1];
		scalar.ints(0, value, 0, 1);
		return value[0];
	}

	private static Map<String, @Nullable Object> candidates(LayerScales scales) {
		Map<String, @Nullable Object> candidates = new LinkedHashMap<>();
		for (Term term : Term.values()) {
			candidates.put(term.label(), scales.candidate(term));
		}
		return candidates;
	}

	private static Map<String, @Nullable Object> report(LayerReport report) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		TensorReport bias = report.bias();
		TensorReport vMem = report.vMem();
		members.put("weight", report(report.weight()));
		members.put("bias", (bias != null) ? report(bias) : null);
		members.put("v_mem", (vMem != null) ? report(vMem) : null);
		members.put("spike_threshold", relativeError(report.thresholdError()));
		members.put("min_v_mem", relativeError(report.minVMemError()));
		members.put("dead_output_channels", list(report.deadOutputChannels()));
		return members;
	}

	private static Map<String, @Nullable Object> relativeError(@Nullable Double error) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("relative_error", error);
		return members;
	}

	private static Map<String, @Nullable Object> report(TensorReport report) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("elements", report.elements());
		members.put("zeros", report.zeros());
		members.put("levels_used", report.levelsUsed());
		members.put("levels_available", report.levelsAvailable());
		members.put("saturated", report.saturated());
		members.put("max_abs_error", report.maxAbsError());
		members.put("rms_error", report.rmsError());
		members.put("sqnr_db", report.sqnrDb());
		return members;
	}

	private static List<Map<String, @Nullable Object>> findings(List<Finding> findings) {
		return findings.stream().map(Answers::finding).toList();
	}

	private static Map<String, @Nullable Object> finding(Finding finding) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("code", finding.code().name());
		members.put("severity", finding.severity().label());
		members.put("tensor", finding.tensor());
		members.put("message", finding.message());
		members.put("hint", finding.hint());
		return members;
	}

	private static Map<String, @Nullable Object> without(Map<String, @Nullable Object> document, String... names) {
		Map<String, @Nullable Object> rest = new LinkedHashMap<>(document);
		rest.keySet().removeAll(List.of(names));
		return rest;
	}

	/** A view, so that a layer of many channels is not copied into boxes. */
	private static List<Integer> list(int[] values) {
		return new AbstractList<>() {
			@Override
			public Integer get(int index) {
				return values[index];
			}

			@Override
			public int size() {
				return values.length;
			}
		};
	}

}
