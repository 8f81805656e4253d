package dev.discretizer.behaviour.simulator;

/**
 * Told of a simulation's work while it runs, and stops it by throwing: when a limit is
 * reached, or nobody waits for the result any more. Called from every thread that
 * simulates, about every millisecond.
 */
public interface Monitor {

	/** Lets everything run to its end. */
	Monitor NONE = new Monitor() {
		@Override
		public void steps(String recording, long steps) {
		}

		@Override
		public void work(long synops, long updates) {
		}
	};

	/**
	 * Called before a recording is simulated by steps.
	 * @param steps how many time steps it has
	 */
	void steps(String recording, long steps);

	/**
	 * Called as work has been done.
	 * @param synops additions of a weight to a state since the last call
	 * @param updates neurons brought to the end of a time step since the last call
	 */
	void work(long synops, long updates);

}
