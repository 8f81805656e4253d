package dev.discretizer;

import java.util.Locale;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts the service.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DiscretizerApplication {

	public static void main(String[] args) {
		// Numbers in messages are written alike on every machine.
		Locale.setDefault(Locale.ROOT);
		SpringApplication.run(DiscretizerApplication.class, args);
	}

}
