package dev.discretizer.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.device.Core;
import dev.discretizer.device.Device;
import dev.discretizer.device.Fit;
import dev.discretizer.device.LayerFit;
import dev.discretizer.device.LayerLimits;
import dev.discretizer.device.Memory;
import dev.discretizer.device.Violation;
import org.jspecify.annotations.Nullable;

/**
 * Gives chips, and how networks fit on them, the members that the API promises.
 */
final class DeviceAnswers {

	private DeviceAnswers() {
	}

	/** The answer of {@code /devices}. */
	static Map<String, Object> of(List<Device> devices) {
		return Map.of("devices", devices.stream().map(DeviceAnswers::of).toList());
	}

	/** The answer of {@code /devices/{name}}. */
	static Map<String, Object> of(Device device) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("name", device.name());
		members.put("supported", device.supported());
		members.put("cores", device.cores().stream().map(DeviceAnswers::core).toList());
		members.put("limits", limits(device.limits(), device.cores().size()));
		return members;
	}

	private static Map<String, Object> core(Core core) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("core", core.index());
		members.put("kernel", core.kernelMemory());
		members.put("neuron", core.neuronMemory());
		members.put("bias", core.biasMemory());
		return members;
	}

	private static Map<String, Object> limits(LayerLimits limits, int layers) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("layers", layers);
		members.put("input_size", limits.inputSize());
		members.put("output_size", limits.outputSize());
		members.put("channels", limits.channels());
		members.put("kernel_size", limits.kernelSize());
		members.put("strides", limits.strides());
		members.put("padding", limits.padding());
		members.put("poolings", limits.poolings());
		members.put("dvs_poolings", limits.dvsPoolings());
		members.put("fan_out", limits.fanOut());
		members.put("weight_bits", limits.weightBits());
		members.put("bias_bits", limits.biasBits());
		members.put("state_bits", limits.stateBits());
		return members;
	}

	/** The member fit of a network's answer. */
	static Map<String, @Nullable Object> of(Fit fit) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("device", fit.device());
		members.put("fits", fit.fits());
		members.put("layers", fit.layers().stream().map(DeviceAnswers::layer).toList());
		members.put("violations", fit.violations().stream().map(DeviceAnswers::violation).toList());
		return members;
	}

	private static Map<String, @Nullable Object> layer(LayerFit layer) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("name", layer.name());
		members.put("core", layer.core());
		members.put("kernel", memory(layer.kernel()));
		members.put("neuron", memory(layer.neuron()));
		members.put("bias", memory(layer.bias()));
		return members;
	}

	private static Map<String, Object> memory(Memory memory) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("needs", memory.needs());
		members.put("has", memory.has());
		return members;
	}

	private static Map<String, @Nullable Object> violation(Violation violation) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("layer", violation.layer());
		members.put("limit", violation.limit().label());
		members.put("found", violation.found());
		members.put("allowed", violation.limit().isChoice() ? violation.allowed() : violation.allowed().getFirst());
		members.put("message", violation.message());
		return members;
	}

}
