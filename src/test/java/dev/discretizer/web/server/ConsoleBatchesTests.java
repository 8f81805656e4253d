package dev.discretizer.web.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What has been written to the console at a time. */
class ConsoleBatchesTests {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final LoggerContext context = new LoggerContext();

	private final Logger root = this.context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	@BeforeEach
	void start() {
		this.context.setMDCAdapter(new LogbackMDCAdapter());
		PatternLayoutEncoder encoder = new PatternLayoutEncoder();
		encoder.setContext(this.context);
		encoder.setPattern("%msg ");
		encoder.start();
		ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
		console.setContext(this.context);
		console.setEncoder(encoder);
		console.start();
		// It ignores being closed, as the console does.
		console.setOutputStream(this.written);
		this.root.addAppender(console);
	}

	@AfterEach
	void end() {
		this.context.stop();
	}

	private String written() {
		return this.written.toString(StandardCharsets.UTF_8);
	}

	@Test
	void linesAfterTheFirstWaitUntilThereIsAWarning() {
		ConsoleBatches batches = new ConsoleBatches(this.root, Duration.ofHours(1));
		this.root.info("1");
		assertThat(written()).isEqualTo("1 ");
		this.root.info("2");
		this.root.info("3");
		assertThat(written()).isEqualTo("1 ");
		this.root.warn("4");
		assertThat(written()).isEqualTo("1 2 3 4 ");
		this.root.info("5");
		assertThat(written()).isEqualTo("1 2 3 4 ");
		batches.destroy();
	}

	@Test
	void linesWaitNoLongerThanThePeriod() throws InterruptedException {
		ConsoleBatches batches = new ConsoleBatches(this.root, Duration.ofMillis(1));
		StringBuilder all = new StringBuilder();
		for (int i = 0; i < 1000; i++) {
			this.root.info("{}", i);
			all.append(i).append(' ');
		}
		for (int i = 0; i < 6000 && this.written.size() < all.length(); i++) {
			Thread.sleep(10);
		}
		assertThat(written()).isEqualTo(all.toString());
		batches.destroy();
	}

	@Test
	void nothingWaitsAfterItsEnd() {
		ConsoleBatches batches = new ConsoleBatches(this.root, Duration.ofHours(1));
		this.root.info("1");
		this.root.info("2");
		batches.destroy();
		assertThat(written()).isEqualTo("1 2 ");
		this.root.info("3");
		assertThat(written()).isEqualTo("1 2 3 ");
	}

}
