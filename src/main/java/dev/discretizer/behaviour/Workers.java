package dev.discretizer.behaviour;

import java.util.function.IntConsumer;

/**
 * Runs independent tasks, on as many threads as the caller allows.
 */
public interface Workers {

	/** Runs one task after the other, on the caller's thread. */
	Workers SEQUENTIAL = (tasks, task) -> {
		for (int i = 0; i < tasks; i++) {
			task.accept(i);
		}
	};

	/**
	 * Runs tasks 0 to {@code tasks - 1}, and returns when all are done. If a task throws,
	 * no further task is started, and the exception is thrown to the caller once all
	 * running tasks have ended.
	 */
	void each(int tasks, IntConsumer task);

}
