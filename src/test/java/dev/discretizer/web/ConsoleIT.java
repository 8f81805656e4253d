package dev.discretizer.web;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The service writes its log in batches, which are tested apart. */
@ServiceTest
class ConsoleIT {

	@Test
	void linesAreWrittenInBatchesAfterTheyWentToTheConsole() {
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		assertThat(root.iteratorForAppenders()).toIterable()
			.extracting(Appender<ILoggingEvent>::getName)
			.containsSubsequence("CONSOLE", "console-batches");
	}

}
