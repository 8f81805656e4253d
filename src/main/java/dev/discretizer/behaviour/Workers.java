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
	 * Runs tasks 0 to {@code tasks - 1}, and returns when all are done. An exception of a
	 * task is thrown to the caller when no task runs any more; no task is started after
	 * it.
	 */
	void each(int tasks, IntConsumer task);

}
