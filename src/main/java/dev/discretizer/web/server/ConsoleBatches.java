package dev.discretizer.web.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.springframework.beans.factory.DisposableBean;

/**
 * Writes lines of the log that follow each other closely to the console together. A write
 * wakes the process that reads the console, in a container two more, which took a quarter
 * of the time of a small request where they share its cores.
 *
 * <p>
 * The first line after a pause is written at once, and a warning or an error with all
 * lines before it. Other lines wait for the end of a period, or until 8 KiB have come
 * together. A process that is killed or runs out of memory loses those that wait. Lines
 * stay whole and keep their order. Thread-safe.
 */
final class ConsoleBatches extends UnsynchronizedAppenderBase<ILoggingEvent> implements DisposableBean {

	/** Size of the buffer, in bytes; a longer line is written whole. */
	private static final int FULL = 8192;

	private final Logger root;

	private final Duration period;

	/** Consoles and their own streams. */
	private final Map<ConsoleAppender<ILoggingEvent>, OutputStream> consoles = new LinkedHashMap<>();

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("console").factory());

	/** Whether the end of a period is scheduled, so that lines may wait for it. */
	private final AtomicBoolean mayWait = new AtomicBoolean();

	/**
	 * Begins to write in batches.
	 * @param root logger that the consoles belong to
	 * @param period how long a line waits at most
	 */
	ConsoleBatches(Logger root, Duration period) {
		this.root = root;
		this.period = period;
		root.iteratorForAppenders().forEachRemaining((appender) -> {
			if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
				this.consoles.put(console, console.getOutputStream());
			}
		});
		setContext(root.getLoggerContext());
		setName("console-batches");
		start();
		// As the last appender, it is called after the line was passed to the console.
		root.addAppender(this);
		this.consoles.forEach((console, stream) -> {
			// System.out flushes whatever is written to it.
			console.setOutputStream(new BufferedOutputStream(stream, FULL));
			console.setImmediateFlush(false);
		});
	}

	@Override
	protected void append(ILoggingEvent event) {
		boolean first = this.mayWait.compareAndSet(false, true);
		if (first || event.getLevel().isGreaterOrEqual(Level.WARN)) {
			flush();
		}
		if (first) {
			this.timer.schedule(this::endPeriod, this.period.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	/** The flag first: a line logged between the two would wait for the next one. */
	private void endPeriod() {
		this.mayWait.set(false);
		flush();
	}

	private void flush() {
		for (ConsoleAppender<ILoggingEvent> console : this.consoles.keySet()) {
			try {
				console.getOutputStream().flush();
			}
			catch (IOException ex) {
				addError("the console cannot be written", ex);
			}
		}
	}

	/** Writes what waits, and every line at once from now on. */
	@Override
	public void destroy() {
		this.root.detachAppender(this);
		this.timer.shutdownNow();
		this.consoles.forEach((console, stream) -> {
			console.setImmediateFlush(true);
			// Closes the buffer, which writes what waits; the console itself stays open.
			console.setOutputStream(stream);
		});
	}

}
