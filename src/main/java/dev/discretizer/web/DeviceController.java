package dev.discretizer.web;

import java.util.List;

import dev.discretizer.device.Device;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.web.api.Endpoint;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * The endpoints that describe chips.
 */
@Controller
class DeviceController {

	private final DiscretizationService service;

	DeviceController(DiscretizationService service) {
		this.service = service;
	}

	@Serves(Endpoint.DEVICES)
	List<Device> devices() {
		return this.service.devices();
	}

	@Serves(Endpoint.DEVICE)
	Device device(@PathVariable("name") String name) {
		Device device = this.service.device(name);
		if (device == null) {
			throw new UnknownDeviceException(name, this.service.devices().stream().map(Device::name).toList());
		}
		return device;
	}

}
