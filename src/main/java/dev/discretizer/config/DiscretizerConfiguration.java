package dev.discretizer.config;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.DrainPeriod;
import dev.discretizer.budget.Limits;
import dev.discretizer.service.DiscretizationService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the plain objects of the packages that know no Spring.
 */
@Configuration(proxyBeanMethods = false)
class DiscretizerConfiguration {

	@Bean
	Limits limits(LimitsProperties properties) {
		return properties.toLimits();
	}

	@Bean
	DrainPeriod drainPeriod(ShutdownProperties properties) {
		return new DrainPeriod(properties.drain());
	}

	@Bean
	ComputePermits computePermits() {
		return ComputePermits.twiceTheCores();
	}

	@Bean
	DiscretizationService discretizationService(ComputePermits permits) {
		return new DiscretizationService(permits);
	}

}
